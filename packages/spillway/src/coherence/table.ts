// What has been invalidated, as one process knows it: for each tag the place in the invalidation log of its last
// invalidation. A value is valid as long as its stamp, taken before it was loaded, is at or past all of its tags'.

import { Expiries, type Expiry } from "./expiries.ts";
import { merged, nothing, type Positions } from "./position.ts";

export interface Marker {
  /** Place in the invalidation log. */
  place: number;
  /** What a replica must have replayed to be loaded from: the commits that the invalidation was for. */
  fence: Positions;
}

/** Commits of this process of which it is not certain that the log says so. */
export interface Withheld {
  /** Their names in the log. */
  commits: readonly string[];
  fence: Positions;
}

/**
 * Tags that are remembered. Each costs about 150 bytes. Beyond it the oldest half is forgotten, and with it every
 * value that was loaded before: the floor rises to what was dropped, so that nothing is ever taken for valid.
 */
const mostTags = 100_000;

export class Table {
  /** How far this process has followed the log. Places grow for ever, also over a log that is begun anew. */
  place = 0;
  /** Changes with whatever may change a verdict: as long as it is the same, a verdict stands. */
  version = 0;
  /** Until when the log is known to have said nothing else, on the clock of `performance.now()`. */
  trustedUntil: number = Infinity;
  #floor: Marker = { place: 0, fence: nothing };
  /** What a load must see whose tags are not known yet: all that any invalidation here was for. */
  #widest: Positions = nothing;
  /** The last place that anything here has, which may be past `place`: a writer knows its own before it follows. */
  #highest = 0;
  readonly #markers = new Map<string, Marker>();
  readonly #expiries = new Expiries();
  /** Tags that a commit of this process ended, of which it is not certain that the log says so; and that commit. */
  readonly #withheld = new Map<string, Withheld>();
  readonly #mostTags: number;

  constructor(most: number = mostTags) {
    this.#mostTags = most;
  }

  /** The log says at `place` that `tags` are invalidated. */
  mark(tags: readonly string[], place: number, fence: Positions): void {
    this.#changed(place);
    this.#mark(tags, { place, fence });
  }

  /** The log says at `place` that everything is invalidated. */
  markAll(place: number, fence: Positions): void {
    this.#changed(place);
    this.#widest = merged(this.#widest, fence);
    this.#raiseFloor({ place, fence });
  }

  /**
   * The log says that the values of `tags` are to be refreshed: those from before may still be served for their grace,
   * and until the deadline at most. What is made anew is loaded past `fence`.
   */
  markExpired(tags: readonly string[], expiry: Expiry, fence: Positions): void {
    this.#changed(expiry.place);
    for (const tag of tags) this.#expiries.mark(tag, expiry);
    // A place before all others ends nothing.
    if (fence.size > 0) this.#mark(tags, { place: 0, fence });
    // An expiry that is forgotten becomes an invalidation: the safe side.
    if (this.#expiries.size > this.#mostTags)
      this.#floor = laterOf(this.#floor, { place: this.#expiries.forgetOldest(), fence: nothing });
  }

  /** Nothing that has one of `tags` may be served here, whatever the log says, until they are released. */
  withhold(tags: readonly string[], { commits, fence }: Withheld): void {
    this.version++;
    this.#widest = merged(this.#widest, fence);
    for (const tag of tags) {
      const before = this.#withheld.get(tag);
      const both = before && { commits: [...before.commits, ...commits], fence: merged(before.fence, fence) };
      this.#withheld.set(tag, both ?? { commits, fence });
    }
  }

  /** Those whose commits are all in the log by now, as `areRepeated` says, are judged by the log again. */
  release(areRepeated: (withheld: Withheld) => boolean): void {
    for (const [tag, withheld] of this.#withheld) if (areRepeated(withheld)) this.#withheld.delete(tag);
  }

  /** All that the log says up to `place` is here. */
  advance(place: number): void {
    this.place = Math.max(this.place, place);
    this.#highest = Math.max(this.#highest, place);
  }

  /** Nothing is known any more of what the log said: all that was loaded before is void. Returns the place of now. */
  forget(): number {
    const place = this.#highest + 1;
    this.#changed(place);
    this.#floor = { place, fence: nothing };
    this.#widest = nothing;
    this.#markers.clear();
    this.#expiries.clear();
    this.place = place;
    return place;
  }

  /** Whether a value with these tags, loaded under `stamp`, may still be served, as far as is known here. */
  isValid(tags: readonly string[], stamp: number): boolean {
    return (
      this.knows(stamp) &&
      stamp >= this.#lastOf(tags) &&
      !this.#isWithheld(tags) &&
      !this.#expiries.isOver(tags, stamp)
    );
  }

  /** Whether it is known here what was invalidated since `stamp`. */
  knows(stamp: number): boolean {
    return stamp >= this.#floor.place;
  }

  /** Whether something was invalidated, and is known here, that `place` has not reached: as when this process wrote it. */
  isBehind(tags: readonly string[]): boolean {
    return this.#lastOf(tags) > this.place || this.#isWithheld(tags);
  }

  /** When such a value was expired; undefined if it was not. */
  expiredAt(tags: readonly string[], stamp: number): number | undefined {
    return this.#expiries.firstAt(tags, stamp);
  }

  /** What a load for `tags` must see. */
  fenceOf(tags: readonly string[]): Positions {
    let { fence } = this.#floor;
    for (const tag of tags) {
      const marker = this.#markers.get(tag);
      if (marker !== undefined) fence = merged(fence, marker.fence);
      const withheld = this.#withheld.get(tag);
      if (withheld !== undefined) fence = merged(fence, withheld.fence);
    }
    return fence;
  }

  /** What a load must see of which it is not known yet what it depends on. */
  get widestFence(): Positions {
    return this.#widest;
  }

  #mark(tags: readonly string[], marker: Marker): void {
    this.#widest = merged(this.#widest, marker.fence);
    for (const tag of tags) {
      const before = this.#markers.get(tag);
      // Deleted first, so that the oldest stay at the front.
      this.#markers.delete(tag);
      this.#markers.set(tag, before === undefined ? marker : laterOf(before, marker));
    }
    if (this.#markers.size > this.#mostTags) this.#forgetOldest();
  }

  #isWithheld(tags: readonly string[]): boolean {
    return this.#withheld.size > 0 && tags.some((tag) => this.#withheld.has(tag));
  }

  #lastOf(tags: readonly string[]): number {
    let last = 0;
    for (const tag of tags) {
      const marker = this.#markers.get(tag);
      if (marker !== undefined && marker.place > last) last = marker.place;
    }
    return last;
  }

  #changed(place: number): void {
    this.version++;
    this.#highest = Math.max(this.#highest, place);
  }

  #raiseFloor(to: Marker): void {
    this.#floor = laterOf(this.#floor, to);
    for (const [tag, marker] of this.#markers) {
      if (marker.place > to.place) continue;
      this.#floor = laterOf(this.#floor, { ...marker, place: to.place });
      this.#markers.delete(tag);
    }
    this.#expiries.forgetUpTo(to.place);
  }

  #forgetOldest(): void {
    let left = Math.ceil(this.#markers.size / 2);
    for (const [tag, marker] of this.#markers) {
      if (left-- <= 0) return;
      this.#floor = laterOf(this.#floor, marker);
      this.#markers.delete(tag);
    }
  }
}

/** Neither goes back: two commits may come in another order than their invalidations. */
function laterOf(one: Marker, other: Marker): Marker {
  return { place: Math.max(one.place, other.place), fence: merged(one.fence, other.fence) };
}
