// From a cached value that JSON cannot carry.

import { connection } from "next/server";
import type { ReactNode } from "react";
import { rich } from "../../../../lib/cached.ts";
import { Hole } from "../../../../lib/hole.tsx";
import { Shown } from "../../../../lib/shown.tsx";
import { type Slug, slugOf } from "../../../../lib/slug.ts";

export default function Page(props: Slug): ReactNode {
  return (
    <Hole>
      <Data {...props} />
    </Hole>
  );
}

async function Data(props: Slug): Promise<ReactNode> {
  await connection();
  const { version, at, bytes, numbers, nothing } = await rich(await slugOf(props));
  const parts = [version, at.toISOString(), bytes.join("."), String(numbers.get("big")), typeof nothing];
  return <Shown version={parts.join(" ")} />;
}
