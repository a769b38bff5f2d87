// A managed CDN, by its driver. It does not know up to where it was told, so Redis keeps that.

import { SpillwayError } from "../../errors.ts";
import type { Gate } from "../../redis/gate.ts";
import { text } from "../../coherence/shared-log/keys.ts";
import type { CdnDriver } from "../driver.ts";
import { type Place, placeText, readPlace } from "./place.ts";
import type { Change, Heard, Target } from "./target.ts";

/** Its driver makes requests of what the CDN takes at once. */
const mostBytes = 64_000;

export interface ManagedCdn {
  name: string;
  driver: CdnDriver;
  gate: Gate;
  /** Where its place is kept. Without it, as after a loss of Redis, everything at the CDN is ended. */
  key: string;
}

export function managedTarget({ name, driver, gate, key }: ManagedCdn): Target {
  const closing = new AbortController();
  const { signal } = closing;
  const note = (place: Place): Promise<unknown> => gate.send(key, ["SET", key, placeText(place)]);

  return {
    name,
    mostBytes,
    // What it refuses once is asked of it again and again, and counts against its rate.
    pauseMs: { least: 1_000, most: 30_000 },

    async place() {
      const kept = await gate.send(key, ["GET", key]);
      return kept === null ? undefined : readPlace(text(kept));
    },

    async change({ after, to, tags, expired }: Change): Promise<Heard> {
      await purgeTags(driver, [...tags, ...expired], signal);
      // Of a line that is told in several steps, the place is that of the line before until the last.
      if (to.seq !== after.seq) await note(to);
      return { done: true, purged: 0 };
    },

    async void(to: Place) {
      await driver.purgeAll({ signal });
      await note(to);
    },

    close: async () => closing.abort(),
  };
}

/** What is stale and cannot be purged by its tag ends with everything else: it must not stay. */
async function purgeTags(driver: CdnDriver, tags: readonly string[], signal: AbortSignal): Promise<void> {
  try {
    await driver.purgeTags(tags, { signal });
  } catch (error) {
    if (!isForGood(error)) throw error;
    await driver.purgeAll({ signal });
  }
}

function isForGood(error: unknown): boolean {
  if (!(error instanceof SpillwayError)) return false;
  const { left, refused } = error.data as { left?: readonly string[]; refused?: readonly string[] };
  return error.code === "SPILLWAY_CDN_REFUSED" || (refused !== undefined && refused.length === left?.length);
}
