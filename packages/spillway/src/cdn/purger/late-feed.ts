// The invalidation log as it was a while ago. What a CDN fetched just before a purge may reach it just after: told a
// second time, once such a fetch has ended, it loses that as well. No managed CDN can be told not to store it.

import { setTimeout as sleep } from "node:timers/promises";
import type { Line } from "../../coherence/shared-log/line.ts";
import type { FollowedLog } from "./feed.ts";
import type { Place } from "./place.ts";

interface Sight {
  end: Place;
  /** On the clock of `performance.now()`. */
  at: number;
}

export class LateFeed implements FollowedLog {
  readonly #log: FollowedLog;
  readonly #lateMs: number;
  readonly #closing = new AbortController();
  /** Where it ended, and since when that is known: the first is the newest that is late enough, or the only one. */
  #seen: Sight[] = [];

  constructor(log: FollowedLog, lateMs: number) {
    this.#log = log;
    this.#lateMs = lateMs;
  }

  get trustedUntil(): number {
    return this.#log.trustedUntil;
  }

  /** Undefined until it was followed for long enough. */
  get end(): Place | undefined {
    const { end } = this.#log;
    if (end !== undefined && !isSame(end, this.#seen.at(-1)?.end))
      this.#seen.push({ end, at: performance.now() });
    const due = performance.now() - this.#lateMs;
    while ((this.#seen[1]?.at ?? Infinity) <= due) this.#seen.shift();
    const [first] = this.#seen;
    return first !== undefined && first.at <= due ? first.end : undefined;
  }

  async linesAfter(place: Place): Promise<Line[] | undefined> {
    const { end } = this;
    // The log has begun anew since: when that is late enough, everything ends once more.
    if (end === undefined || this.#log.end?.epoch !== end.epoch) return [];
    const lines = await this.#log.linesAfter(place);
    return lines?.filter(({ seq }) => seq <= end.seq);
  }

  /** Looks now and then: it is late by far more. */
  async news(_known: Place | undefined, ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#closing.signal, ref: false }).catch(() => undefined);
  }

  close(): void {
    this.#closing.abort();
  }
}

function isSame(a: Place, b: Place | undefined): boolean {
  return a.seq === b?.seq && a.epoch === b.epoch && a.generation === b.generation;
}
