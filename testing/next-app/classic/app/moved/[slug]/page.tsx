// Cached redirects of both kinds, as the origin says.

import { permanentRedirect, redirect } from "next/navigation";
import type { ReactNode } from "react";
import { ask } from "../../../lib/origin.ts";
import { Shown } from "../../../lib/shown.tsx";
import { type Slug, slugOf } from "../../../lib/slug.ts";

export const generateStaticParams = async () => [];

export default async function Page(props: Slug): Promise<ReactNode> {
  const version = await ask(await slugOf(props));
  if (version === "for-now") redirect("/posts/built");
  if (version === "for-good") permanentRedirect("/posts/built");
  return <Shown version={version} />;
}
