// A cached shell with two holes: one for the visitor, one that waits for the origin.

import { cacheLife, cacheTag } from "next/cache";
import { connection } from "next/server";
import type { ReactNode } from "react";
import { Hole, Visitor } from "../../../lib/hole.tsx";
import { ask } from "../../../lib/origin.ts";
import { Shown } from "../../../lib/shown.tsx";
import { type Slug, slugOf } from "../../../lib/slug.ts";

export const generateStaticParams = async () => [{ slug: "built" }];

export default function Page(props: Slug): ReactNode {
  return (
    <>
      <Hole>
        <Shell {...props} />
      </Hole>
      <Hole>
        <Visitor />
      </Hole>
      <Hole>
        <Slow {...props} />
      </Hole>
    </>
  );
}

async function Shell(props: Slug): Promise<ReactNode> {
  return <Cached slug={await slugOf(props)} />;
}

async function Cached({ slug }: { slug: string }): Promise<ReactNode> {
  "use cache";
  cacheLife("max");
  cacheTag(`tag-${slug}`);
  return <Shown version={await ask(slug)} />;
}

async function Slow(props: Slug): Promise<ReactNode> {
  await connection();
  return <p id="slow">{await ask(`${await slugOf(props)}-slow`)}</p>;
}
