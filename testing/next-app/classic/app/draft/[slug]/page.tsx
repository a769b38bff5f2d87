// Cached for everyone, made afresh for who looks at drafts.

import { draftMode } from "next/headers";
import type { ReactNode } from "react";
import { ask } from "../../../lib/origin.ts";
import { Shown } from "../../../lib/shown.tsx";
import { type Slug, slugOf } from "../../../lib/slug.ts";

export const generateStaticParams = async () => [];

export default async function Page(props: Slug): Promise<ReactNode> {
  const { isEnabled } = await draftMode();
  return <Shown version={`${isEnabled ? "draft" : "live"} ${await ask(await slugOf(props))}`} />;
}
