// The tags whose values were let be refreshed: since when, and from when on what was made before is not served at all.

/** Times are on the clock of `performance.now()`. */
export interface Expiry {
  /** Place in the invalidation log: it concerns what was made before. */
  place: number;
  at: number;
  /** The deadline of what was made before; Infinity for none but its own. */
  until: number;
}

/** Deadlines of a tag that lie no further apart than this part of the time that is left are one: the first of them. */
const nearness = 1 / 8;

export class Expiries {
  /** Of each tag the newest first, with later deadlines than those after it: the others say nothing more. */
  readonly #byTag = new Map<string, readonly Expiry[]>();

  get size(): number {
    return this.#byTag.size;
  }

  mark(tag: string, expiry: Expiry): void {
    const known = this.#byTag.get(tag) ?? [];
    // Deleted first, so that the oldest stay at the front.
    this.#byTag.delete(tag);
    this.#byTag.set(tag, joined(known, expiry, performance.now()));
  }

  /** When the values of `tags` from before were first let be refreshed since `stamp`; undefined if they were not. */
  firstAt(tags: readonly string[], stamp: number): number | undefined {
    const first = this.#least(tags, stamp, "at");
    return first === Infinity ? undefined : first;
  }

  /** Whether a value that was made under `stamp` is past a deadline of one of `tags`. */
  isOver(tags: readonly string[], stamp: number): boolean {
    const until = this.#least(tags, stamp, "until");
    return until !== Infinity && performance.now() >= until;
  }

  /** Forgets the oldest half. Returns the last place of what it forgot. */
  forgetOldest(): number {
    let left = Math.ceil(this.#byTag.size / 2);
    let last = 0;
    for (const [tag, expiries] of this.#byTag) {
      if (left-- <= 0) break;
      last = Math.max(last, lastOf(expiries));
      this.#byTag.delete(tag);
    }
    return last;
  }

  /** What was made before `place` is void in any case. */
  forgetUpTo(place: number): void {
    for (const [tag, expiries] of this.#byTag) if (lastOf(expiries) <= place) this.#byTag.delete(tag);
  }

  clear(): void {
    this.#byTag.clear();
  }

  #least(tags: readonly string[], stamp: number, time: "at" | "until"): number {
    let least = Infinity;
    if (this.#byTag.size === 0) return least;
    for (const tag of tags)
      for (const expiry of this.#byTag.get(tag) ?? [])
        if (expiry.place > stamp && expiry[time] < least) least = expiry[time];
    return least;
  }
}

function joined(known: readonly Expiry[], next: Expiry, now: number): readonly Expiry[] {
  const first = known[0]?.until ?? Infinity;
  const isNear = next.until - first < (next.until - now) * nearness;
  const until = isNear ? Math.min(first, next.until) : next.until;
  // A later place is there already where this process wrote it before it had followed so far.
  const sooner = known.filter((one) => one.until < until || one.place > next.place);
  const over = sooner.findIndex((one) => one.until <= now);
  // What is older than one that is over is over with it.
  return [{ ...next, until }, ...(over < 0 ? sooner : sooner.slice(0, over + 1))];
}

function lastOf(expiries: readonly Expiry[]): number {
  return Math.max(...expiries.map(({ place }) => place));
}
