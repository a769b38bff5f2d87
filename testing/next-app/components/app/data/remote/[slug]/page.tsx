// From cached data that all processes share.

import { connection } from "next/server";
import type { ReactNode } from "react";
import { remote } from "../../../../lib/cached.ts";
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
  return <Shown version={await remote(await slugOf(props))} />;
}
