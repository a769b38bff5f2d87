// The values in the memory of this process, judged by what it has followed of the log: no round trip.

import type { CacheLog } from "../coherence/log.ts";
import type { Scope } from "../coherence/scope.ts";
import { coarseNow } from "./clock.ts";
import { refused, requests } from "./counts.ts";
import type { Form } from "./form.ts";
import type { Shared } from "./lasting.ts";
import type { Entry, Memory } from "./memory.ts";

export interface MemoryTierParts {
  memory: Memory;
  log: CacheLog;
  form: Form;
}

/** A value that may be served: within its time, or within its grace. */
export interface Remembered {
  value: unknown;
  isFresh: boolean;
}

export class MemoryTier {
  readonly #memory: Memory;
  readonly #log: CacheLog;
  readonly #form: Form;

  constructor({ memory, log, form }: MemoryTierParts) {
    this.#memory = memory;
    this.#log = log;
    this.#form = form;
  }

  /** Whether what is known here may be trusted now, by a reader in `scope`. */
  isTrusted(scope: Scope | undefined): boolean {
    return coarseNow() < this.#log.table.trustedUntil && (scope === undefined || this.#log.suffices(scope));
  }

  /** Ask whether it is trusted first. */
  find(key: string, scope: Scope | undefined): Remembered | undefined {
    const entry = this.#memory.get(key);
    const state = entry === undefined ? "gone" : this.#stateOf(entry);
    // What is made of an old value would pass for new.
    const isServed = state === "fresh" || (state === "stale" && scope?.dependsOn === undefined);
    requests.memory[state === "fresh" ? "hit" : isServed ? "stale" : "miss"]++;
    if (entry === undefined || !isServed) return undefined;
    scope?.dependsOn?.(entry.tags);
    return { value: this.#form.give(entry.value), isFresh: state === "fresh" };
  }

  keep(
    key: string,
    { kept, tags, stamp, bytes, expiresAt, graceMs }: Omit<Shared, "current" | "isStale">,
  ): void {
    const size = bytes + 2 * key.length;
    const entry = { value: kept, tags, stamp, bytes: size, expiresAt, graceMs, used: false, verdict: -1 };
    if (!this.#memory.set(key, entry)) refused["too-large"]++;
  }

  clear(): void {
    this.#memory.clear();
  }

  #stateOf(entry: Entry): "fresh" | "stale" | "gone" {
    const { table } = this.#log;
    const now = coarseNow();
    if (entry.verdict === table.version && now < entry.expiresAt) return "fresh";
    if (!table.isValid(entry.tags, entry.stamp)) return "gone";
    const expiredAt = table.expiredAt(entry.tags, entry.stamp);
    if (expiredAt === undefined && now < entry.expiresAt) {
      entry.verdict = table.version;
      return "fresh";
    }
    return now < Math.min(entry.expiresAt, expiredAt ?? Infinity) + entry.graceMs ? "stale" : "gone";
  }
}
