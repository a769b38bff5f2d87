// The statements that pools have run, as their diagnostics channel tells of them.

import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { onTestFinished } from "vitest";
import type { QueryEvent } from "../../src/database/index.ts";

const channel = "spillway:database:query";

/** Until the test has finished. */
export function watchQueries(): { seen(): QueryEvent[] } {
  const events: QueryEvent[] = [];
  const listener = (event: unknown): void => void events.push(event as QueryEvent);
  subscribe(channel, listener);
  onTestFinished(() => void unsubscribe(channel, listener));
  return { seen: () => events };
}
