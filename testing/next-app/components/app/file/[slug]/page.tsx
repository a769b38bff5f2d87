"use cache";
// A whole file is cached.

import { cacheLife, cacheTag } from "next/cache";
import type { ReactNode } from "react";
import { ask } from "../../../lib/origin.ts";
import { Shown } from "../../../lib/shown.tsx";
import { type Slug, slugOf } from "../../../lib/slug.ts";

export async function generateStaticParams(): Promise<{ slug: string }[]> {
  return [{ slug: "built" }];
}

export default async function Page(props: Slug): Promise<ReactNode> {
  const slug = await slugOf(props);
  cacheLife("max");
  cacheTag(`tag-${slug}`);
  return <Shown version={await ask(slug)} />;
}
