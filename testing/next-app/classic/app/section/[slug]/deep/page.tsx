// A page below the layout of its section.

import type { ReactNode } from "react";
import { ask } from "../../../../lib/origin.ts";
import { Shown } from "../../../../lib/shown.tsx";
import { type Slug, slugOf } from "../../../../lib/slug.ts";

export const dynamic = "force-static";
export const generateStaticParams = async () => [];

export default async function Page(props: Slug): Promise<ReactNode> {
  return <Shown version={await ask(await slugOf(props))} />;
}
