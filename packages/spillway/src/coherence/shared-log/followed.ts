// What this process has followed of the log, and the table that it keeps of it.

import { Commits } from "../commits.ts";
import type { Expiry } from "../expiries.ts";
import { Table } from "../table.ts";
import type { LogMark } from "../token.ts";
import type { Line } from "./line.ts";
import type { Said } from "./remote-log.ts";
import type { LogState } from "./state.ts";

/** The data set that is followed. Its `seq` n is the place `base + n` of the table. */
interface Epoch {
  name: string;
  generation: string;
  base: number;
  /** How far it has been followed. */
  seq: number;
}

export class Followed {
  readonly table: Table = new Table();
  readonly commits: Commits = new Commits();
  #epoch: Epoch | undefined;
  /** From the writing of the last line to its arrival here, by the clocks of both machines. */
  lagMs = 0;

  /** The name of the epoch; undefined before the log was found. */
  get epoch(): string | undefined {
    return this.#epoch?.name;
  }

  get seq(): number {
    return this.#epoch?.seq ?? 0;
  }

  /** Names the last line that is known; undefined before the log was found. */
  get last(): string | undefined {
    return this.#epoch && `${this.#epoch.generation}-${this.#epoch.seq}`;
  }

  /** Starts at the end of the log, with nothing. */
  adopt({ epoch, generation, seq }: LogState): void {
    const place = this.table.forget();
    this.#epoch = { name: epoch!, generation, base: place - seq, seq };
  }

  /** Takes lines to heart. False if one is missing among them, or before the end of the log, which was asked at `askedAt`. */
  apply(lines: readonly Line[], { seq, now }: LogState, askedAt: number): boolean {
    const epoch = this.#epoch!;
    if (lines.length === 0 && seq > epoch.seq) return false;
    for (const line of lines) {
      if (line.epoch !== epoch.name || line.seq > epoch.seq + 1) return false;
      if (line.seq <= epoch.seq) continue;
      const at = localTime(line.writtenAt, now, askedAt);
      const until = line.until === undefined ? Infinity : localTime(line.until, now, askedAt);
      this.#mark(line, { place: epoch.base + line.seq, at, until });
      this.#advance(epoch, line.seq);
      this.lagMs = Math.max(0, Date.now() - line.writtenAt);
    }
    return true;
  }

  /**
   * A line that this process, at `at`, has put into the log of `name` is known here before anyone is told that it is there.
   * Returns its place, and whether everything before it is known as well.
   */
  wrote(
    name: string,
    said: Said,
    { seq, at }: { seq: number; at: number },
  ): { place: number; isNext: boolean } {
    const epoch = this.#epoch!;
    // All that was cached in the epoch that it was written in is void already.
    if (epoch.name !== name) return { place: this.table.place, isNext: true };
    const place = epoch.base + seq;
    this.#mark(said, { place, at, until: at + (said.atMostMs ?? Infinity) });
    if (seq === epoch.seq + 1) this.#advance(epoch, seq);
    return { place, isNext: seq <= epoch.seq };
  }

  meets({ epoch, seq }: LogMark): boolean {
    return this.#epoch?.name === epoch && seq !== undefined && this.#epoch.seq >= seq;
  }

  /** The stamp that a value carries in Redis which was loaded at `place`; undefined if that was in another epoch. */
  markOf(place: number): LogMark | undefined {
    if (this.#epoch === undefined || place < this.#epoch.base) return undefined;
    return { epoch: this.#epoch.name, seq: place - this.#epoch.base };
  }

  /** The place of a stamp; undefined if it is of another epoch. */
  placeOf({ epoch, seq }: LogMark): number | undefined {
    return epoch === this.#epoch?.name && seq !== undefined ? this.#epoch.base + seq : undefined;
  }

  #advance(epoch: Epoch, seq: number): void {
    epoch.seq = seq;
    this.table.advance(epoch.base + seq);
  }

  #mark({ kind, tags, fence, commit }: Said, expiry: Expiry): void {
    const { place } = expiry;
    if (kind === "all") this.table.markAll(place, fence);
    else if (kind === "expire") this.table.markExpired(tags, expiry, fence);
    else this.table.mark(tags, place, fence);
    if (commit !== "") this.commits.add(commit);
  }
}

/**
 * A time of Redis's clock on that of `performance.now()`, given what it said to who asked at `askedAt`: that was then or
 * later, so that it is never later than it should be. What the clock of this machine says is of no matter.
 */
export function localTime(ms: number, now: number, askedAt: number): number {
  return askedAt + ms - now;
}
