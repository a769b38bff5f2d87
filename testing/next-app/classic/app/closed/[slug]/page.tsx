// Only what the build made exists.

import type { ReactNode } from "react";
import { Shown } from "../../../lib/shown.tsx";
import { type Slug, slugOf } from "../../../lib/slug.ts";

export const dynamicParams = false;
export const generateStaticParams = async () => [{ slug: "open" }];

export default async function Page(props: Slug): Promise<ReactNode> {
  return <Shown version={await slugOf(props)} />;
}
