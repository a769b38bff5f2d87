// Writes at the origin after its response.

import { connection } from "next/server";
import { after } from "next/server";
import type { ReactNode } from "react";
import { ask, write } from "../../../lib/origin.ts";
import { Shown } from "../../../lib/shown.tsx";
import { type Slug, slugOf } from "../../../lib/slug.ts";

export default async function Page(props: Slug): Promise<ReactNode> {
  await connection();
  const slug = await slugOf(props);
  after(() => write(`${slug}-after`, "written"));
  return <Shown version={await ask(slug)} />;
}
