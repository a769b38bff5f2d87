// A cached page of two megabytes.

import type { ReactNode } from "react";
import { Shown } from "../../../lib/shown.tsx";
import { type Slug, slugOf } from "../../../lib/slug.ts";

export const generateStaticParams = async () => [];

export default async function Page(props: Slug): Promise<ReactNode> {
  return (
    <>
      <Shown version={await slugOf(props)} />
      <pre>{"0123456789abcdef".repeat(2 ** 17)}</pre>
    </>
  );
}
