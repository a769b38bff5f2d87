// Rendered at each request from a tagged fetch.

import type { ReactNode } from "react";
import { connection } from "next/server";
import { fetched } from "../../../../lib/cached.ts";
import { Shown } from "../../../../lib/shown.tsx";
import { type Slug, slugOf } from "../../../../lib/slug.ts";

export default async function Page(props: Slug): Promise<ReactNode> {
  const slug = await slugOf(props);
  await connection();
  return <Shown version={await fetched(slug, { tags: [`data-${slug}`] })} />;
}
