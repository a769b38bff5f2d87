// Cached, and not there as long as the origin says "gone".

import { notFound } from "next/navigation";
import type { ReactNode } from "react";
import { ask } from "../../../lib/origin.ts";
import { Shown } from "../../../lib/shown.tsx";
import { type Slug, slugOf } from "../../../lib/slug.ts";

export const generateStaticParams = async () => [];

export default async function Page(props: Slug): Promise<ReactNode> {
  const version = await ask(await slugOf(props));
  if (version === "gone") notFound();
  return <Shown version={version} />;
}
