// Reads its version, and is not finished until a second answer has come.

import type { ReactNode } from "react";
import { ask } from "../../../lib/origin.ts";
import { Shown } from "../../../lib/shown.tsx";
import { type Slug, slugOf } from "../../../lib/slug.ts";

export const generateStaticParams = async () => [];

export default async function Page(props: Slug): Promise<ReactNode> {
  const slug = await slugOf(props);
  const version = await ask(slug);
  await ask(`${slug}-gate`);
  return <Shown version={version} />;
}
