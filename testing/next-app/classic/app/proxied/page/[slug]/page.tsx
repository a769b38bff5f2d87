// A cached page to which the proxy adds a header of its visitor.

import type { ReactNode } from "react";
import { Shown } from "../../../../lib/shown.tsx";
import { type Slug, slugOf } from "../../../../lib/slug.ts";

export const generateStaticParams = async () => [];

export default async function Page(props: Slug): Promise<ReactNode> {
  return <Shown version={await slugOf(props)} />;
}
