// Keeps one target at the end of the log: tells it what has ended, in order, and starts it anew where that is lost.

import { setTimeout as sleep } from "node:timers/promises";
import type { Line } from "../../coherence/shared-log/line.ts";
import { edgeTags } from "../tag.ts";
import { countPurge, type EdgeCounts } from "./counts.ts";
import type { FollowedLog } from "./feed.ts";
import type { Place } from "./place.ts";
import type { Target } from "./target.ts";

/**
 * What is stale, no edge keeps for longer. A line with a nearer deadline is told as the end of its tags: an edge would
 * serve the old page once more to the first who asks, however late that is.
 */
const longestStaleMs = 31_536_000_000;

export interface SenderParts {
  feed: FollowedLog;
  target: Target;
  counts: EdgeCounts;
  /** How often it is told that nothing has ended. */
  heartbeatMs: number;
  /** Told why it could not be told. */
  onFailure: (target: string, error: unknown) => void;
  /** Told up to where the target has heard; undefined when that is not certain. */
  onHeard?: (place: Place | undefined) => void;
}

/** What goes to a target at once. */
interface Batch {
  tags: string[];
  expired: string[];
  to: Place;
  writtenAt: number[];
}

export class Sender {
  readonly #parts: SenderParts;
  /** What the target has heard of, as far as is known here; it is asked if it is not. */
  #place: Place | undefined;
  #isAsked = false;
  #toldAt = 0;
  readonly #closing = new AbortController();

  constructor(parts: SenderParts) {
    this.#parts = parts;
  }

  async run(): Promise<void> {
    const { feed, target, counts, heartbeatMs, onFailure } = this.#parts;
    const { signal } = this.#closing;
    let pauseMs = target.pauseMs.least;
    while (!signal.aborted) {
      try {
        const { end } = feed;
        const isThere = await this.#step(end);
        counts.isUp = 1;
        this.#parts.onHeard?.(this.#place);
        pauseMs = target.pauseMs.least;
        if (isThere && !signal.aborted) await feed.news(end, heartbeatMs);
      } catch (error) {
        if (signal.aborted) return;
        counts.isUp = 0;
        this.#parts.onHeard?.(undefined);
        this.#isAsked = false;
        onFailure(target.name, error);
        await sleep(pauseMs, undefined, { ref: false, signal }).catch(() => undefined);
        pauseMs = Math.min(2 * pauseMs, target.pauseMs.most);
      }
    }
  }

  close(): void {
    this.#closing.abort();
  }

  /** True when the target is at the end of the log, which was last seen at `end`. */
  async #step(end: Place | undefined): Promise<boolean> {
    const { feed, target, counts } = this.#parts;
    const { trustedUntil } = feed;
    if (end === undefined || performance.now() >= trustedUntil) return true;
    if (!this.#isAsked) {
      this.#place = await target.place();
      this.#isAsked = true;
    }
    // Told up to where the log ended then, the target has all that there was.
    const until = (Date.now() + trustedUntil - performance.now()) / 1_000;
    const lines = this.#place && (await feed.linesAfter(this.#place));
    if (lines === undefined) return await this.#startAnew(end, until);
    counts.lag = end.seq - this.#place!.seq;
    if (lines.length === 0 && !this.#isDue()) return true;
    const isAll = (lines.at(-1)?.seq ?? this.#place!.seq) >= end.seq;
    return (await this.#tell(lines, isAll ? until : undefined)) && isAll;
  }

  #isDue(): boolean {
    return performance.now() - this.#toldAt >= this.#parts.heartbeatMs / 2;
  }

  async #startAnew(end: Place, until: number): Promise<boolean> {
    const { target, counts } = this.#parts;
    await target.void(end, until);
    counts.voided++;
    counts.lag = 0;
    this.#place = end;
    this.#toldAt = performance.now();
    return true;
  }

  /** False if the target was not where it was thought to be. */
  async #tell(lines: readonly Line[], until: number | undefined): Promise<boolean> {
    const { target, counts } = this.#parts;
    for (const batch of batches(this.#place!, lines, target.mostBytes)) {
      if (batch === "all") {
        this.#place = undefined;
        return false;
      }
      const isLast = batch.to.seq === (lines.at(-1)?.seq ?? batch.to.seq);
      const { tags, expired, to, writtenAt } = batch;
      const change = { after: this.#place!, to, tags, expired, until: isLast ? until : undefined };
      const heard = await target.change(change);
      if (!heard.done) {
        this.#place = heard.at;
        return false;
      }
      this.#place = to;
      this.#toldAt = performance.now();
      counts.purged += heard.purged;
      for (const at of writtenAt) countPurge(counts, (Date.now() - at) / 1_000);
    }
    counts.lag = 0;
    return true;
  }
}

/** Lines together, as long as their tags fit; a line that does not fit is told in several steps of its place. */
function* batches(from: Place, lines: readonly Line[], mostBytes: number): Generator<Batch | "all"> {
  let batch: Batch = { tags: [], expired: [], to: from, writtenAt: [] };
  let bytes = 0;
  for (const { kind, tags, seq, writtenAt, until = Infinity } of lines) {
    if (kind === "all") {
      yield "all";
      return;
    }
    const list = kind === "expire" && until - writtenAt >= longestStaleMs ? "expired" : "tags";
    for (const tag of edgeTags(tags)) {
      if (bytes + tag.length + 1 > mostBytes) {
        // Not past the line before: of this one there is more to come.
        yield batch;
        batch = { tags: [], expired: [], to: batch.to, writtenAt: [] };
        bytes = 0;
      }
      batch[list].push(tag);
      bytes += tag.length + 1;
    }
    batch.to = { ...from, seq };
    batch.writtenAt.push(writtenAt);
  }
  yield batch;
}
