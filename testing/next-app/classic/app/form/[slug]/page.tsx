// A cached page with a form and a link.

import Link from "next/link";
import type { ReactNode } from "react";
import { save } from "../../../lib/actions.ts";
import { fetched } from "../../../lib/cached.ts";
import { Shown } from "../../../lib/shown.tsx";
import { type Slug, slugOf } from "../../../lib/slug.ts";

export const generateStaticParams = async () => [];

export default async function Page(props: Slug): Promise<ReactNode> {
  const slug = await slugOf(props);
  return (
    <form action={save}>
      <Shown version={await fetched(slug, { tags: [`form-${slug}`] })} />
      <input name="slug" defaultValue={slug} />
      <input name="version" />
      <input name="how" />
      <button type="submit">Save</button>
      <Link href={`/fetched/${slug}`}>Elsewhere</Link>
    </form>
  );
}
