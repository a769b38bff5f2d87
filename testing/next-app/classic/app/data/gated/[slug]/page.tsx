// Rendered at each request from a remembered function that takes its time after it has read its version.

import { unstable_cache } from "next/cache";
import { connection } from "next/server";
import type { ReactNode } from "react";
import { ask } from "../../../../lib/origin.ts";
import { Shown } from "../../../../lib/shown.tsx";
import { type Slug, slugOf } from "../../../../lib/slug.ts";

export default async function Page(props: Slug): Promise<ReactNode> {
  const slug = await slugOf(props);
  await connection();
  const tags = [`gated-${slug}`];
  return <Shown version={await unstable_cache(slowly, ["gated"], { tags })(slug)} />;
}

async function slowly(slug: string): Promise<string> {
  const version = await ask(slug);
  await ask(`${slug}-gate`);
  return version;
}
