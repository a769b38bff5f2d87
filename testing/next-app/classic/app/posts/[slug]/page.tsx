// Two pages are made by the build, the others when first asked for.

import type { ReactNode } from "react";
import { ask } from "../../../lib/origin.ts";
import { Shown } from "../../../lib/shown.tsx";
import { type Slug, slugOf } from "../../../lib/slug.ts";

export const generateStaticParams = async () => [{ slug: "built" }, { slug: "known" }];

export default async function Page(props: Slug): Promise<ReactNode> {
  return <Shown version={await ask(await slugOf(props))} />;
}
