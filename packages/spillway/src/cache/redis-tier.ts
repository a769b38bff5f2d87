// The values that all processes share, in Redis. Each is judged by what this process knows of the log; what is older
// than that, by the markers in Redis.

import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type ValueKeys, text, valueKeys } from "../coherence/shared-log/keys.ts";
import type { SharedLog } from "../coherence/shared-log/shared-log.ts";
import { isReply } from "../redis/connection.ts";
import { Away, type Gate } from "../redis/gate.ts";
import { countLeaseWait, refused, requests } from "./counts.ts";
import { type Envelope, seal, unseal } from "./envelope.ts";
import type { Form } from "./form.ts";
import { fill, keepLease, leaseMark, leaseText, takeLease } from "./lease.ts";
import { lasting, type Lasts, type Shared } from "./lasting.ts";
import { type Load, loadCurrent, timedOut } from "./load.ts";

/** After the crash of a holder others wait so long. A holder that lives keeps its lease. */
const leaseMs = 2_000;
const renewMs = leaseMs / 3;
const leastPauseMs = 5;
const mostPauseMs = 50;

type OnRefreshed = (refreshed: Shared) => void;

export interface TierParts {
  gate: Gate;
  log: SharedLog;
  prefix: string;
  form: Form;
}

interface Lease {
  keys: ValueKeys;
  text: string;
}

export class RedisTier {
  readonly #parts: TierParts;

  constructor(parts: TierParts) {
    this.#parts = parts;
  }

  /** The value of `key`, if there is one that may be served, or may be for its grace. Rejects with Away. */
  async find(key: string, tags: readonly string[]): Promise<Shared | undefined> {
    const { gate, prefix } = this.#parts;
    const { value } = valueKeys(prefix, key);
    const bytes = await replyOf(gate.send(value, ["GET", value]));
    const found = await this.#judge(bytes as Buffer | null, tags);
    requests.redis[found === undefined ? "miss" : found.isStale ? "stale" : "hit"]++;
    return found;
  }

  /**
   * Finds the value, or loads it as the only one of all processes. A value past its time is returned while it is
   * refreshed behind it, and `onRefreshed` is given the new one; without `onRefreshed` it is as good as none. Without
   * Redis it is loaded here.
   */
  async findOrLoad(load: Load, lasts: Lasts, onRefreshed?: OnRefreshed): Promise<Shared> {
    try {
      const found = await this.find(load.key, load.tags);
      if (found?.isStale === false) return found;
      const stale = found && onRefreshed && { found, onRefreshed };
      return await this.#loadAlone(load, lasts, stale);
    } catch (error) {
      if (!(error instanceof Away)) throw error;
      requests.redis.away++;
      return lasting(await loadCurrent(load, this.#parts.log), lasts);
    }
  }

  /** Stores what the caller knows to be the value at `place`; whoever loads it now does so in vain. */
  async put(key: string, shared: Omit<Shared, "current" | "isStale">): Promise<void> {
    const { gate, prefix } = this.#parts;
    const { value, lease } = valueKeys(prefix, key);
    const sealed = this.#seal(shared);
    if (sealed === undefined) return;
    const args = ["SET", value, sealed.bytes, "PX", String(sealed.lastsMs)];
    await Promise.all([gate.send(value, args), gate.send(value, ["DEL", lease])]);
  }

  async #loadAlone(
    load: Load,
    lasts: Lasts,
    stale: { found: Shared; onRefreshed: OnRefreshed } | undefined,
  ): Promise<Shared> {
    const lease = await this.#lease(load, stale !== undefined);
    // Another process refreshes it.
    if (lease === undefined && stale !== undefined) return stale.found;
    if (lease !== undefined && "current" in lease) return lease;
    const loading = this.#loadUnder(lease, load, lasts);
    if (stale === undefined) return await loading;
    loading.then((refreshed) => refreshed.current && stale.onRefreshed(refreshed)).catch(() => undefined);
    return stale.found;
  }

  /** The lease, or the value that somebody else has loaded meanwhile; undefined if there is no lease to be had. */
  async #lease(load: Load, isOptional: boolean): Promise<Lease | Shared | undefined> {
    const { gate, log, prefix } = this.#parts;
    const keys = valueKeys(prefix, load.key);
    const mark = log.markOf(log.table.place);
    if (mark === undefined) return undefined;
    const lease = { keys, text: leaseText(mark, randomBytes(6).toString("base64url")) };
    const began = performance.now();
    let takesOver = "";
    for (let pauseMs = leastPauseMs; ; pauseMs = Math.min(pauseMs * 1.5, mostPauseMs)) {
      const args = [lease.text, takesOver, String(leaseMs)];
      const reply = (await replyOf(takeLease.run(gate, [keys.value, keys.lease], args))) as
        | unknown[]
        | undefined;
      // A server that is full stores neither leases nor values.
      if (reply === undefined) return undefined;
      const holder = text(reply[0]);
      const found = await this.#judge(reply[1] as Buffer | null, load.tags);
      if (found?.isStale === false) {
        if (holder === "") this.#giveBack(lease);
        countLeaseWait((performance.now() - began) / 1_000);
        return found;
      }
      if (holder === "") return lease;
      if (isOptional) return undefined;
      if (performance.now() - began > load.timeoutMs) throw timedOut(load.key, load.timeoutMs);
      takesOver = this.#isTooOld(holder, load.tags) ? holder : "";
      if (takesOver === "") await sleep(pauseMs);
    }
  }

  /** Whether what the holder of a lease is loading was invalidated meanwhile. */
  #isTooOld(lease: string, tags: readonly string[]): boolean {
    const { log } = this.#parts;
    const place = log.placeOf(leaseMark(lease));
    return place === undefined || !log.table.isValid(tags, place);
  }

  async #loadUnder(lease: Lease | undefined, load: Load, lasts: Lasts): Promise<Shared> {
    const { log } = this.#parts;
    if (lease === undefined) return lasting(await loadCurrent(load, log), lasts);
    const renewing = setInterval(() => this.#keep(lease, leaseMs), renewMs);
    try {
      const loaded = lasting(await loadCurrent(load, log), lasts);
      if (loaded.current) await this.#fill(lease, loaded);
      else this.#giveBack(lease);
      return loaded;
    } catch (error) {
      this.#giveBack(lease);
      throw error;
    } finally {
      clearInterval(renewing);
    }
  }

  /** That a value could not be stored is no error to who asked for it. */
  async #fill({ keys, text: own }: Lease, loaded: Shared): Promise<void> {
    const sealed = this.#seal(loaded);
    if (sealed === undefined) return;
    const args = [own, sealed.bytes, String(sealed.lastsMs)];
    try {
      const stored = await fill.run(this.#parts.gate, [keys.value, keys.lease], args);
      if (stored === 0) refused["lease-lost"]++;
    } catch {
      refused["not-stored"]++;
    }
  }

  #giveBack(lease: Lease): void {
    this.#keep(lease, 0);
  }

  #keep({ keys, text: own }: Lease, ms: number): void {
    keepLease.run(this.#parts.gate, [keys.value, keys.lease], [own, String(ms)]).catch(() => undefined);
  }

  #seal(shared: Omit<Shared, "current" | "isStale">): { bytes: Buffer; lastsMs: number } | undefined {
    const { stamp, tags, expiresAt, graceMs, payload } = shared;
    const mark = this.#parts.log.markOf(stamp);
    const leftMs = expiresAt - performance.now();
    const lastsMs = Math.ceil(leftMs + graceMs);
    if (mark?.seq === undefined || payload === undefined || lastsMs < 1) return undefined;
    const bytes = seal({
      stamp: { ...mark, seq: mark.seq },
      tags,
      expiresAt: Date.now() + leftMs,
      graceMs,
      payload,
    });
    return { bytes, lastsMs };
  }

  async #judge(bytes: Buffer | null | undefined, tags: readonly string[]): Promise<Shared | undefined> {
    const envelope = bytes === null || bytes === undefined ? undefined : unseal(bytes);
    const verdict = envelope && (await this.#verdict(envelope, union(envelope.tags, tags)));
    if (envelope === undefined || verdict === undefined) return undefined;
    const { expiresAt, graceMs, payload } = envelope;
    const now = performance.now();
    const endsAt = Math.min(now + expiresAt - Date.now(), verdict.expiredAt ?? Infinity);
    if (now >= endsAt + graceMs) return undefined;
    const kept = this.#parts.form.receive(payload);
    if (kept === undefined) return undefined;
    const { tags: all, stamp } = verdict;
    return { ...kept, tags: all, stamp, current: true, expiresAt: endsAt, graceMs, isStale: now >= endsAt };
  }

  /** Undefined if it may not be served, or that is not known. */
  async #verdict(
    { stamp }: Envelope,
    tags: readonly string[],
  ): Promise<{ stamp: number; tags: readonly string[]; expiredAt: number | undefined } | undefined> {
    const { log } = this.#parts;
    const place = log.placeOf(stamp);
    if (place === undefined) return undefined;
    if (log.table.knows(place)) {
      if (!log.table.isValid(tags, place)) return undefined;
      return { stamp: place, tags, expiredAt: log.table.expiredAt(tags, place) };
    }
    const judged = await log.judge(stamp, tags);
    if (judged?.isValid !== true || !log.table.isValid(tags, judged.place)) return undefined;
    return { stamp: judged.place, tags, expiredAt: judged.expiredAt };
  }
}

function union(some: readonly string[], more: readonly string[]): readonly string[] {
  const missing = more.filter((tag) => !some.includes(tag));
  return missing.length === 0 ? some : [...some, ...missing];
}

/** Undefined if the server refuses. */
async function replyOf(answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer;
  } catch (error) {
    if (isReply(error)) return undefined;
    throw error;
  }
}
