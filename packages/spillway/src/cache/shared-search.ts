// A search through Redis: finds the value, or loads it as the only one of all processes.

import { setTimeout as sleep } from "node:timers/promises";
import type { SharedLog } from "../coherence/shared-log/shared-log.ts";
import { Away } from "../redis/gate.ts";
import { countLeaseWait, requests } from "./counts.ts";
import { lasting, type Lasts, type Shared } from "./lasting.ts";
import { type Lease, leaseMark } from "./leases.ts";
import { type Load, loadCurrent, timedOut } from "./load.ts";
import type { RedisTier } from "./redis-tier.ts";

const leastPauseMs = 5;
const mostPauseMs = 50;

/** Keeps a value that was refreshed behind the one that was served. */
export interface Keeper {
  keep(key: string, refreshed: Shared): void;
}

export class SharedSearch {
  readonly #tier: RedisTier;
  readonly #log: SharedLog;

  constructor(tier: RedisTier, log: SharedLog) {
    this.#tier = tier;
    this.#log = log;
  }

  /**
   * A value past its time is returned while it is refreshed behind it, and `keeper` is given the new one; without
   * a keeper it is as good as none. Without Redis it is loaded here.
   */
  async run(load: Load, lasts: Lasts, keeper?: Keeper): Promise<Shared> {
    try {
      const found = await this.#tier.find(load.key, load.tags);
      if (found?.isStale === false) return found;
      if (found === undefined || keeper === undefined) return await this.#loadAlone(load, lasts);
      this.#refresh(load, lasts, keeper).catch(() => undefined);
      return found;
    } catch (error) {
      if (!(error instanceof Away)) throw error;
      requests.redis.away++;
      return lasting(await loadCurrent(load, this.#log), lasts);
    }
  }

  async #loadAlone(load: Load, lasts: Lasts): Promise<Shared> {
    const lease = await this.#lease(load);
    if (lease !== undefined && "current" in lease) return lease;
    return await this.#loadUnder(lease, load, lasts);
  }

  /** By one process; the others go on serving the old value. */
  async #refresh(load: Load, lasts: Lasts, keeper: Keeper): Promise<void> {
    const lease = this.#tier.leaseFor(load.key);
    const taken = lease && (await this.#tier.leases.take(lease, ""));
    if (lease === undefined || taken?.holder !== undefined) return;
    const refreshed = await this.#loadUnder(lease, load, lasts);
    if (refreshed.current) keeper.keep(load.key, refreshed);
  }

  /** The lease, or the value that somebody else has loaded meanwhile; undefined if there is no lease to be had. */
  async #lease(load: Load): Promise<Lease | Shared | undefined> {
    const lease = this.#tier.leaseFor(load.key);
    if (lease === undefined) return undefined;
    let began = 0;
    let takesOver = "";
    for (let pauseMs = leastPauseMs; ; pauseMs = Math.min(pauseMs * 1.5, mostPauseMs)) {
      const taken = await this.#tier.leases.take(lease, takesOver);
      // A server that is full stores neither leases nor values.
      if (taken === undefined) return undefined;
      const found = await this.#tier.judge(taken.value, load.tags);
      if (found?.isStale === false) {
        if (taken.holder === undefined) this.#tier.leases.giveBack(lease);
        if (began > 0) countLeaseWait((performance.now() - began) / 1_000);
        return found;
      }
      if (taken.holder === undefined) return lease;
      began ||= performance.now();
      if (performance.now() - began > load.bound.ms) throw timedOut(load);
      takesOver = this.#isTooOld(taken.holder, load.tags) ? taken.holder : "";
      if (takesOver === "") await sleep(pauseMs);
    }
  }

  /** Whether what the holder of a lease is loading was invalidated meanwhile. */
  #isTooOld(lease: string, tags: readonly string[]): boolean {
    const place = this.#log.placeOf(leaseMark(lease));
    return place === undefined || !this.#log.table.isValid(tags, place);
  }

  async #loadUnder(lease: Lease | undefined, load: Load, lasts: Lasts): Promise<Shared> {
    if (lease === undefined) return lasting(await loadCurrent(load, this.#log), lasts);
    this.#tier.leases.hold(lease);
    try {
      const loaded = lasting(await loadCurrent(load, this.#log), lasts);
      if (loaded.current) await this.#tier.fill(lease, loaded);
      else this.#tier.leases.giveBack(lease);
      return loaded;
    } catch (error) {
      this.#tier.leases.giveBack(lease);
      throw error;
    }
  }
}
