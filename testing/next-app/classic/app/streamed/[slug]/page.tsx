// The shell goes out at once; what waits for the origin follows in the same response.

import { connection } from "next/server";
import { type ReactNode, Suspense } from "react";
import { ask } from "../../../lib/origin.ts";
import { Shown } from "../../../lib/shown.tsx";
import { type Slug, slugOf } from "../../../lib/slug.ts";

export default function Page(props: Slug): ReactNode {
  return (
    <Suspense fallback={<p id="waiting">waiting</p>}>
      <Slow {...props} />
    </Suspense>
  );
}

async function Slow(props: Slug): Promise<ReactNode> {
  await connection();
  return <Shown version={await ask(await slugOf(props))} />;
}
