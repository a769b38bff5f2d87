// What several plays have in common.

import type { Caller } from "../calls.ts";

/** A process has heard by then of what was put into the log. */
export const heardMs = 100;

/** Long enough for a process to follow a new epoch, and shorter than a replica may be behind. */
export const adoptedMs = 500;

/** A writer who carries its token. */
export function session(): Caller {
  return { name: "writer", session: "writer" };
}
