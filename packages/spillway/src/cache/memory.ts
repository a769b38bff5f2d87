// The values of one process, bounded by their bytes. What was not asked for since it was last passed over goes
// first (the CLOCK algorithm): a hit costs one assignment, where a strict order of use would cost two map writes.

export interface Entry {
  /** In the form of its cache. */
  value: unknown;
  /** All that it depends on, its own key included. */
  tags: readonly string[];
  /** Place in the invalidation log that was known before it was loaded. */
  stamp: number;
  bytes: number;
  /** On the clock of `performance.now()`. */
  expiresAt: number;
  /** How much longer it may be served while it is refreshed, in milliseconds. */
  graceMs: number;
  used: boolean;
  /** The table's version at which it was last found valid and not expired. */
  verdict: number;
}

export class Memory {
  readonly #entries = new Map<string, Entry>();
  #hand = this.#entries.entries();
  readonly #maxBytes: number;
  readonly #mostBytes: number;
  bytes = 0;

  /** A value of more than `mostBytes` is not kept: it would push out too many others. */
  constructor(maxBytes: number, mostBytes: number) {
    this.#maxBytes = maxBytes;
    this.#mostBytes = mostBytes;
  }

  get isOff(): boolean {
    return this.#maxBytes === 0;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (entry !== undefined) entry.used = true;
    return entry;
  }

  /** False if it was not kept. */
  set(key: string, entry: Entry): boolean {
    this.delete(key);
    if (entry.bytes > this.#mostBytes) return false;
    this.#entries.set(key, entry);
    this.bytes += entry.bytes;
    if (this.bytes > this.#maxBytes) this.#makeRoom();
    return true;
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.bytes -= entry.bytes;
  }

  clear(): void {
    this.#entries.clear();
    this.#hand = this.#entries.entries();
    this.bytes = 0;
  }

  /** The hand goes on where it stopped: from the front it would pass all that was taken out before. */
  #makeRoom(): void {
    while (this.bytes > this.#maxBytes) {
      const { done, value } = this.#hand.next();
      if (done === true) this.#hand = this.#entries.entries();
      else if (value[1].used) value[1].used = false;
      else this.delete(value[0]);
    }
  }
}
