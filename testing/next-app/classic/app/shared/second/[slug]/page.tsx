// One of two cached pages with one fetch in common.

import type { ReactNode } from "react";
import { fetched } from "../../../../lib/cached.ts";
import { Shown } from "../../../../lib/shown.tsx";
import { type Slug, slugOf } from "../../../../lib/slug.ts";

export const generateStaticParams = async () => [];

export default async function Page(props: Slug): Promise<ReactNode> {
  const slug = await slugOf(props);
  return <Shown version={await fetched(slug, { tags: [`shared-${slug}`] })} />;
}
