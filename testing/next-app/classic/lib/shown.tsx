// What a page shows: a version, and a number of this very rendering.

import { randomUUID } from "node:crypto";
import type { ReactNode } from "react";

export function Shown({ version }: { version: string }): ReactNode {
  return (
    <>
      <p id="v">{version}</p>
      <p id="r">{randomUUID()}</p>
    </>
  );
}
