// The values in the memory of this process, judged by what it has followed of the log: no round trip.

import type { CacheLog } from "../coherence/log.ts";
import type { Scope } from "../coherence/scope.ts";
import type { Table } from "../coherence/table.ts";
import { coarseNow } from "./clock.ts";
import { refused, requests } from "./counts.ts";
import type { Form } from "./form.ts";
import type { Lasting } from "./lasting.ts";
import type { Entry, Memory } from "./memory.ts";

export interface MemoryTierParts {
  memory: Memory;
  log: CacheLog;
  form: Form;
}

export class MemoryTier {
  readonly #memory: Memory;
  readonly #log: CacheLog;
  readonly #table: Table;
  readonly #form: Form;

  constructor({ memory, log, form }: MemoryTierParts) {
    this.#memory = memory;
    this.#log = log;
    this.#table = log.table;
    this.#form = form;
  }

  /**
   * A value within its time, for a reader in `scope`; undefined if there is none, or if what is known here is not
   * enough for that reader. All of a hit's cost is here.
   */
  fresh(key: string, scope: Scope | undefined): unknown {
    const now = coarseNow();
    if (now >= this.#table.trustedUntil || (scope !== undefined && !this.#admits(scope))) return undefined;
    const entry = this.#memory.get(key);
    if (entry === undefined || now >= entry.expiresAt) return undefined;
    if (entry.verdict !== this.#table.version && !this.#isValid(entry)) return undefined;
    requests.memory.hit++;
    scope?.dependsOn?.(entry.tags);
    return this.#form.give(entry.value);
  }

  /**
   * A value within its time that nothing has ended, neither by its own tags nor by `tags`; and whether one of them was
   * let be refreshed.
   */
  standing(
    key: string,
    tags: readonly string[],
    scope: Scope | undefined,
  ): { value: unknown; isExpired: boolean; stamp: number } | undefined {
    const now = coarseNow();
    if (now >= this.#table.trustedUntil || (scope !== undefined && !this.#admits(scope))) return undefined;
    const entry = this.#memory.get(key);
    const isStanding =
      entry !== undefined &&
      now < entry.expiresAt &&
      this.#table.isValid(entry.tags, entry.stamp) &&
      this.#table.isValid(tags, entry.stamp);
    requests.memory[isStanding ? "hit" : "miss"]++;
    if (!isStanding) return undefined;
    scope?.dependsOn?.(entry.tags);
    const isExpired =
      this.#table.expiredAt(entry.tags, entry.stamp) !== undefined ||
      this.#table.expiredAt(tags, entry.stamp) !== undefined;
    return { value: this.#form.give(entry.value), isExpired, stamp: entry.stamp };
  }

  /** Where there is no fresh one: a value within its grace. What is made of it would pass for new: a load is given none. */
  stale(key: string, scope: Scope | undefined): unknown {
    const entry = this.#memory.get(key);
    const isServed = entry !== undefined && this.#mayServeStale(entry, scope);
    requests.memory[isServed ? "stale" : "miss"]++;
    return isServed ? this.#form.give(entry.value) : undefined;
  }

  /** Where nothing is kept in memory, that is no refusal. */
  keep(key: string, { kept, tags, stamp, bytes, expiresAt, graceMs }: Lasting): void {
    if (this.#memory.isOff) return;
    const size = bytes + 2 * key.length;
    const entry = { value: kept, tags, stamp, bytes: size, expiresAt, graceMs, used: false, verdict: -1 };
    if (!this.#memory.set(key, entry)) refused["too-large"]++;
  }

  clear(): void {
    this.#memory.clear();
  }

  #admits(scope: Scope): boolean {
    return scope.transaction === undefined && this.#log.meets(scope);
  }

  /** As long as nothing is invalidated at all, the verdict stands. */
  #isValid(entry: Entry): boolean {
    const { version } = this.#table;
    if (!this.#table.isValid(entry.tags, entry.stamp)) return false;
    if (this.#table.expiredAt(entry.tags, entry.stamp) !== undefined) return false;
    entry.verdict = version;
    return true;
  }

  #mayServeStale({ tags, stamp, expiresAt, graceMs }: Entry, scope: Scope | undefined): boolean {
    const now = coarseNow();
    if (now >= this.#table.trustedUntil || !this.#table.isValid(tags, stamp)) return false;
    if (scope !== undefined && (scope.dependsOn !== undefined || !this.#admits(scope))) return false;
    return now < Math.min(expiresAt, this.#table.expiredAt(tags, stamp) ?? Infinity) + graceMs;
  }
}
