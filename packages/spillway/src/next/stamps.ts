// What was looked for and is being made: the stamp of each, from before it is made until it is kept.

/** Most of what is not found is kept soon after; a page that turns out to be for one visitor never is. */
const most = 10_000;

export class Stamps {
  readonly #stamps = new Map<string, number>();

  /** The oldest of those under way counts: which of them is kept first is not known. */
  note(key: string, stamp: number): void {
    const before = this.#stamps.get(key);
    this.#stamps.delete(key);
    this.#stamps.set(key, Math.min(before ?? stamp, stamp));
    if (this.#stamps.size <= most) return;
    for (const oldest of this.#stamps.keys()) {
      this.#stamps.delete(oldest);
      break;
    }
  }

  /** Undefined for what was made without having been looked for, or so long ago that it is forgotten. */
  take(key: string): number | undefined {
    const stamp = this.#stamps.get(key);
    this.#stamps.delete(key);
    return stamp;
  }
}
