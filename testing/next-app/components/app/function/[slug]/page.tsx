// The whole page is cached, from a cached function.

import { cacheLife } from "next/cache";
import type { ReactNode } from "react";
import { cached } from "../../../lib/cached.ts";
import { Shown } from "../../../lib/shown.tsx";
import { type Slug, slugOf } from "../../../lib/slug.ts";

export const generateStaticParams = async () => [{ slug: "built" }, { slug: "known" }];

export default async function Page(props: Slug): Promise<ReactNode> {
  "use cache";
  cacheLife("max");
  return <Shown version={await cached(await slugOf(props))} />;
}
