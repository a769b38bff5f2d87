// A form, and cached data of all processes beside it.

import { connection } from "next/server";
import type { ReactNode } from "react";
import { save } from "../../../lib/actions.ts";
import { remote } from "../../../lib/cached.ts";
import { Hole } from "../../../lib/hole.tsx";
import { Shown } from "../../../lib/shown.tsx";
import { type Slug, slugOf } from "../../../lib/slug.ts";

export default function Page(props: Slug): ReactNode {
  return (
    <form action={save}>
      <Hole>
        <Data {...props} />
      </Hole>
      <input name="slug" />
      <input name="version" />
      <input name="how" />
      <button type="submit">Save</button>
    </form>
  );
}

async function Data(props: Slug): Promise<ReactNode> {
  await connection();
  return <Shown version={await remote(await slugOf(props))} />;
}
