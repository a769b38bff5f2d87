// The invalidation log of a process that shares its cache with no other: nothing can come between.

import { Commits } from "./commits.ts";
import type { CacheLog, Expiring, Invalidation } from "./log.ts";
import type { Positions } from "./position.ts";
import { Table } from "./table.ts";

export class LocalLog implements CacheLog {
  readonly table: Table = new Table();
  readonly #commits: Commits = new Commits();
  readonly count: (invalidation: Invalidation) => void;

  constructor(count: (invalidation: Invalidation) => void) {
    this.count = count;
  }

  meets(): boolean {
    return true;
  }

  suffices(): boolean {
    return true;
  }

  async reach(): Promise<boolean> {
    return true;
  }

  readonly isPrepared: boolean = true;

  async prepare(): Promise<void> {}

  fenceOf(tags: readonly string[]): Positions {
    return this.table.fenceOf(tags);
  }

  get widestFence(): Positions {
    return this.table.widestFence;
  }

  async followToEnd(): Promise<void> {}

  async invalidate(invalidation: Invalidation): Promise<number> {
    this.count(invalidation);
    const place = this.table.place + 1;
    if (invalidation.all === true) this.table.markAll(place, invalidation.fence);
    else this.table.mark(invalidation.tags, place, invalidation.fence);
    this.table.advance(place);
    if (invalidation.commit !== undefined) this.#commits.add(invalidation.commit);
    return place;
  }

  async expire(tags: readonly string[], { fence, atMostMs = Infinity }: Expiring): Promise<void> {
    const place = this.table.place + 1;
    const at = performance.now();
    this.table.markExpired(tags, { place, at, until: at + atMostMs }, fence);
    this.table.advance(place);
  }

  /** What a commit of this process invalidated is here before it is acknowledged. */
  hasCommit(commit: string): boolean {
    return this.#commits.has(commit);
  }

  isTailed(): boolean {
    return false;
  }

  async publishTailed(): Promise<void> {}

  async renew(): Promise<void> {
    this.table.forget();
  }
}
