// Rendered at each request from a remembered function.

import type { ReactNode } from "react";
import { connection } from "next/server";
import { remembered } from "../../../../lib/cached.ts";
import { Shown } from "../../../../lib/shown.tsx";
import { type Slug, slugOf } from "../../../../lib/slug.ts";

export default async function Page(props: Slug): Promise<ReactNode> {
  const slug = await slugOf(props);
  await connection();
  return <Shown version={await remembered(slug)} />;
}
