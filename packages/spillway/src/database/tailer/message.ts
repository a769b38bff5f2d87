// The messages that writers put into the WAL beside their changes.

import { warn } from "../../warnings.ts";
import type { Draft } from "./commit.ts";

let hasWarned = false;

/**
 * Takes `{"id": …, "tags": […]}`, or `["…"]`, which no writer announces. What cannot be read, because a later version
 * has written it, may end anything.
 */
export function takeMessage(draft: Draft, text: string): void {
  const said = parsed(text);
  if (isTags(said)) return draft.add(said);
  const { id, tags } = (said ?? {}) as { id?: unknown; tags?: unknown };
  if (typeof id === "string" && id !== "" && isTags(tags)) return draft.addNamed(id, tags);
  draft.addAll();
  if (hasWarned) return;
  hasWarned = true;
  warn("SPILLWAY_TAILER_MESSAGE", "it is neither an array of tags nor an object with an id and tags");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isTags(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}
