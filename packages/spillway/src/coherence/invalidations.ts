// Brings the tags of a commit to every cache of this process.

import { processState } from "../process-state.ts";
import type { Positions } from "./position.ts";

type Listener = (tags: readonly string[], fence: Positions) => void;

const listeners = processState("invalidations", () => new Set<Listener>());

/** `listener` is called before a commit with tags is acknowledged. For the life of the process. */
export function onInvalidation(listener: Listener): void {
  listeners.add(listener);
}

export function announceInvalidation(tags: readonly string[], fence: Positions): void {
  for (const listener of listeners) listener(tags, fence);
}
