// Rendered at each request, because it reads the query.

import type { ReactNode } from "react";
import { Shown } from "../../lib/shown.tsx";

interface Query {
  searchParams: Promise<Record<string, string | string[]>>;
}

export default async function Page({ searchParams }: Query): Promise<ReactNode> {
  return <Shown version={String((await searchParams)["q"] ?? "none")} />;
}
