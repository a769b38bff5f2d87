// What has been invalidated, as one process knows it: for each tag the place in the invalidation log of its last
// invalidation. A value is valid as long as its stamp, taken before it was loaded, is at or past all of its tags'.

import { merged, nothing, type Positions } from "./position.ts";

export interface Marker {
  /** Place in the invalidation log. */
  seq: number;
  /** What a replica must have replayed to be loaded from: the commits that the invalidation was for. */
  fence: Positions;
}

interface Expiry {
  seq: number;
  /** When, on the clock of `performance.now()`. */
  at: number;
}

/**
 * Tags that are remembered. Each costs about 150 bytes. Beyond it the oldest half is forgotten, and with it every
 * value that was loaded before: the floor rises to what was dropped, so that nothing is ever taken for valid.
 */
const mostTags = 100_000;

export class Table {
  /** The last place in the log that is known here. */
  seq = 0;
  /** Changes with every invalidation: as long as it is the same, a verdict stands. */
  version = 0;
  #floor: Marker = { seq: 0, fence: nothing };
  readonly #markers = new Map<string, Marker>();
  readonly #expiries = new Map<string, Expiry>();
  readonly #mostTags: number;

  constructor(most: number = mostTags) {
    this.#mostTags = most;
  }

  /** Takes the next place in the log for an invalidation of `tags`. */
  invalidate(tags: readonly string[], fence: Positions): number {
    const seq = this.#next();
    for (const tag of tags) {
      const before = this.#markers.get(tag);
      // Deleted first, so that the oldest stay at the front.
      this.#markers.delete(tag);
      this.#markers.set(tag, { seq, fence: before === undefined ? fence : merged(before.fence, fence) });
    }
    if (this.#markers.size > this.#mostTags) this.#forgetOldest();
    return seq;
  }

  /** Invalidates everything. */
  invalidateAll(fence: Positions): void {
    this.#floor = { seq: this.#next(), fence: merged(this.#floor.fence, fence) };
    this.#markers.clear();
    this.#expiries.clear();
  }

  /** Lets the values of `tags` be refreshed: they may still be served for their grace. */
  expire(tags: readonly string[], at: number): void {
    const seq = this.#next();
    for (const tag of tags) {
      this.#expiries.delete(tag);
      this.#expiries.set(tag, { seq, at });
    }
    if (this.#expiries.size > this.#mostTags) this.#hardenOldest();
  }

  /** Whether a value with these tags, loaded under `stamp`, may still be served. */
  isValid(tags: readonly string[], stamp: number): boolean {
    if (stamp < this.#floor.seq) return false;
    for (const tag of tags) {
      const marker = this.#markers.get(tag);
      if (marker !== undefined && marker.seq > stamp) return false;
    }
    return true;
  }

  /** When such a value was expired; undefined if it was not. */
  expiredAt(tags: readonly string[], stamp: number): number | undefined {
    if (this.#expiries.size === 0) return undefined;
    let first: number | undefined;
    for (const tag of tags) {
      const expiry = this.#expiries.get(tag);
      if (expiry !== undefined && expiry.seq > stamp) first = Math.min(first ?? Infinity, expiry.at);
    }
    return first;
  }

  /** What a load for `tags` must see. */
  fenceOf(tags: readonly string[]): Positions {
    let fence = this.#floor.fence;
    for (const tag of tags) {
      const marker = this.#markers.get(tag);
      if (marker !== undefined) fence = merged(fence, marker.fence);
    }
    return fence;
  }

  #next(): number {
    this.version++;
    return ++this.seq;
  }

  #forgetOldest(): void {
    let left = Math.ceil(this.#markers.size / 2);
    for (const [tag, marker] of this.#markers) {
      if (left-- <= 0) return;
      this.#floor = {
        seq: Math.max(this.#floor.seq, marker.seq),
        fence: merged(this.#floor.fence, marker.fence),
      };
      this.#markers.delete(tag);
    }
  }

  /** An expiry that is forgotten becomes an invalidation: the safe side. */
  #hardenOldest(): void {
    let left = Math.ceil(this.#expiries.size / 2);
    for (const [tag, { seq }] of this.#expiries) {
      if (left-- <= 0) return;
      this.#floor = { seq: Math.max(this.#floor.seq, seq), fence: this.#floor.fence };
      this.#expiries.delete(tag);
    }
  }
}
