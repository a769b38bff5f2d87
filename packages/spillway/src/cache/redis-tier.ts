// The values that all processes share, in Redis. Each is judged by what this process knows of the log; what is older
// than that, by the markers in Redis.

import { valueKeys } from "../coherence/shared-log/keys.ts";
import type { SharedLog } from "../coherence/shared-log/shared-log.ts";
import { isReply } from "../redis/connection.ts";
import type { Gate } from "../redis/gate.ts";
import { refused, requests } from "./counts.ts";
import { type Envelope, seal, unseal } from "./envelope.ts";
import type { Form } from "./form.ts";
import type { Lasting, Shared } from "./lasting.ts";
import { type Lease, Leases, type Taken } from "./leases.ts";

export interface TierParts {
  gate: Gate;
  log: SharedLog;
  prefix: string;
  form: Form;
}

/** What a value depends on, as of which place, and since and until when it was let be refreshed. */
interface Verdict {
  tags: readonly string[];
  stamp: number;
  /** On the clock of `performance.now()`. */
  expiredAt: number | undefined;
  /** The same; undefined as well where the table tells it. */
  until?: number | undefined;
}

export class RedisTier {
  readonly parts: TierParts;
  readonly leases: Leases;

  constructor(parts: TierParts) {
    this.parts = parts;
    this.leases = new Leases(parts.gate);
  }

  /** The value of `key`, if there is one that may be served, or may be for its grace. Rejects with Away. */
  async find(key: string, tags: readonly string[]): Promise<Shared | undefined> {
    const { gate, prefix } = this.parts;
    const { value } = valueKeys(prefix, key);
    let bytes: Buffer | null = null;
    try {
      bytes = (await gate.send(value, ["GET", value])) as Buffer | null;
    } catch (error) {
      // A server that refuses has nothing to give.
      if (!isReply(error)) throw error;
    }
    const judged = this.judge(bytes, tags);
    // Mostly nothing has to be asked: no turn of the event loop is spent on it then.
    const found = judged instanceof Promise ? await judged : judged;
    requests.redis[found === undefined ? "miss" : found.isStale ? "stale" : "hit"]++;
    return found;
  }

  /** A lease for the key, not yet given; undefined while the log is not followed. */
  leaseFor(key: string): Lease | undefined {
    const { log, prefix } = this.parts;
    const mark = log.markOf(log.table.place);
    return mark && this.leases.create(valueKeys(prefix, key), mark);
  }

  /** Stores what the holder of a lease has loaded. That it could not be stored is no error to who asked for it. */
  async fill(lease: Lease, loaded: Shared): Promise<void> {
    const sealed = this.#seal(loaded);
    if (sealed === undefined) return this.leases.giveBack(lease);
    try {
      if (!(await this.leases.fill(lease, sealed.bytes, sealed.lastsMs))) refused["lease-lost"]++;
    } catch {
      refused["not-stored"]++;
    }
  }

  /** Stores what the caller knows to be the value at its stamp; whoever loads it now does so in vain. */
  async put(key: string, shared: Lasting): Promise<void> {
    const { gate, prefix } = this.parts;
    const { value, lease } = valueKeys(prefix, key);
    const sealed = this.#seal(shared);
    if (sealed === undefined) return;
    const args = ["SET", value, sealed.bytes, "PX", String(sealed.lastsMs)];
    await Promise.all([gate.send(value, args), gate.send(value, ["DEL", lease])]);
  }

  /** The value in `bytes`, if it may be served to who follows the log as this process does. */
  judge(bytes: Taken["value"], tags: readonly string[]): Shared | undefined | Promise<Shared | undefined> {
    const envelope = bytes === null ? undefined : unseal(bytes);
    if (envelope === undefined) return undefined;
    const all = union(tags, envelope.tags);
    const { log } = this.parts;
    const stamp = log.placeOf(envelope.stamp);
    if (stamp === undefined) return undefined;
    if (!log.table.knows(stamp)) return this.#askMarkers(envelope, all);
    if (!log.table.isValid(all, stamp)) return undefined;
    return this.#open(envelope, { tags: all, stamp, expiredAt: log.table.expiredAt(all, stamp) });
  }

  /** What has ended since the value was loaded is older than what this process knows. */
  async #askMarkers(envelope: Envelope, tags: readonly string[]): Promise<Shared | undefined> {
    const { log } = this.parts;
    const judged = await log.judge(envelope.stamp, tags);
    if (!judged?.isValid || !log.table.isValid(tags, judged.place)) return undefined;
    const { place, expiredAt, until } = judged;
    return this.#open(envelope, { tags, stamp: place, expiredAt, until });
  }

  #open(
    { expiresAt, graceMs, payload }: Envelope,
    { tags, stamp, expiredAt, until = Infinity }: Verdict,
  ): Shared | undefined {
    const now = performance.now();
    const ownEnd = now + expiresAt - Date.now();
    const endsAt = Math.min(ownEnd, expiredAt ?? Infinity);
    const lastsMs = Math.min(graceMs, until - endsAt);
    if (now >= endsAt + lastsMs) return undefined;
    const received = this.parts.form.receive(payload);
    if (received === undefined) return undefined;
    const { kept, bytes } = received;
    const age = { isStale: now >= endsAt, isPast: now >= ownEnd };
    return { kept, bytes, tags, stamp, current: true, expiresAt: endsAt, graceMs: lastsMs, ...age };
  }

  /** The key's own tag, which comes first, is known to whoever asks for it. */
  #seal(shared: Lasting): { bytes: Buffer; lastsMs: number } | undefined {
    const { stamp, tags, expiresAt, graceMs, payload } = shared;
    const mark = this.parts.log.markOf(stamp);
    const leftMs = expiresAt - performance.now();
    const lastsMs = Math.ceil(leftMs + graceMs);
    if (mark?.seq === undefined || payload === undefined || lastsMs < 1) return undefined;
    const bytes = seal({
      stamp: { epoch: mark.epoch, seq: mark.seq },
      tags: tags.slice(1),
      expiresAt: Date.now() + leftMs,
      graceMs,
      payload,
    });
    return { bytes, lastsMs };
  }
}

/** Mostly all that is stored is known to who asks. */
function union(known: readonly string[], stored: readonly string[]): readonly string[] {
  if (stored.every((tag) => known.includes(tag))) return known;
  return [...known, ...stored.filter((tag) => !known.includes(tag))];
}
