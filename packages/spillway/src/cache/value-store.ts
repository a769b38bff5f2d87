// For a framework that looks for a value, makes it itself, and has it kept: what `getOrSet` does in one call, apart.
// The rules are the same: a stamp before it is made, and nothing is kept that was overtaken.

import { setTimeout as sleep } from "node:timers/promises";
import { readMark } from "../coherence/shared-log/built.ts";
import { logKeys, text, valueKeys } from "../coherence/shared-log/keys.ts";
import { writtenSoFar } from "../coherence/floor.ts";
import { currentScope } from "../coherence/scope.ts";
import type { LogMark } from "../coherence/token.ts";
import type { CacheParts } from "./cache.ts";
import { refused } from "./counts.ts";
import { covers } from "./load.ts";
import type { Names } from "./names.ts";

/** How long one of all processes has for making a value, before another one may try. */
const claimMs = 10_000;
const leastPauseMs = 5;
const mostPauseMs = 50;

export interface Standing<T> {
  value: T;
  /** One of its tags was let be refreshed. */
  isExpired: boolean;
  /** What is made of it is valid as of then; 0 if that is not known. */
  stamp: number;
}

export interface Putting {
  tags: readonly string[];
  /** Of `begin`, before the value was made. */
  stamp: number;
  /** After that it is not served at all. */
  ttlMs: number;
}

export interface Adopting extends Omit<Putting, "stamp"> {
  mark: LogMark;
}

export class ValueStore {
  readonly #parts: CacheParts;
  readonly #names: Names;

  constructor(parts: CacheParts, names: Names) {
    this.#parts = parts;
    this.#names = names;
  }

  /**
   * The value of `key` within its time that nothing has ended: none of the tags that it was put with, and none of
   * `tags`. `isOld` says of it whether another process may have a newer one.
   */
  async find<T>(
    key: string,
    tags: readonly string[],
    isOld: (value: T) => boolean,
  ): Promise<Standing<T> | undefined> {
    const scope = currentScope();
    if (scope?.transaction !== undefined) return undefined;
    const found = await this.#find(key, tags, isOld);
    // What is made of it would pass for new: a load is given none.
    return found?.isExpired === true && scope?.dependsOn !== undefined ? undefined : found;
  }

  async #find<T>(
    key: string,
    tags: readonly string[],
    isOld: (value: T) => boolean,
  ): Promise<Standing<T> | undefined> {
    const { log, memory, tier, form } = this.#parts;
    const scope = currentScope();
    const all = this.#names.tagsOf(key, tags);
    const isThere = log.suffices(scope) && !log.table.isBehind(all);
    if (!isThere && !(await log.reach(scope, all))) return undefined;
    const name = this.#names.kept(key);
    const near = memory.standing(name, all, scope) as Standing<T> | undefined;
    if (tier === undefined || (near !== undefined && !near.isExpired && !isOld(near.value))) return near;
    const found = await tier.find(name, all).catch(() => undefined);
    if (found === undefined || found.isPast) return near;
    const isKnown = !found.isStale || log.table.expiredAt(found.tags, found.stamp) !== undefined;
    // What was let be refreshed before this process followed the log, its table would take for new.
    if (!found.isStale) memory.keep(name, found);
    scope?.dependsOn?.(found.tags);
    const stamp = isKnown ? found.stamp : 0;
    return { value: form.give(found.kept) as T, isExpired: found.isStale, stamp };
  }

  /**
   * The stamp for a value that is about to be made. What the current scope reads from now on is new enough for it,
   * whatever tags it will turn out to have.
   */
  async begin(): Promise<number> {
    const { log } = this.#parts;
    if (!log.isPrepared) await log.prepare();
    const stamp = log.table.place;
    currentScope()?.readPast(log.widestFence);
    return stamp;
  }

  /**
   * Keeps what was made under `stamp`. False if it is not current: something that it depends on has ended meanwhile, then
   * it is kept nowhere, or was let be refreshed.
   */
  async put(key: string, value: unknown, { tags, stamp, ttlMs }: Putting): Promise<boolean> {
    const scope = currentScope();
    const all = this.#names.tagsOf(key, tags);
    const isFenced = covers(scope?.positions(), this.#parts.log.fenceOf(all));
    const isKept =
      scope?.transaction === undefined && isFenced && (await this.#keep(key, value, { all, stamp, ttlMs }));
    if (!isKept) refused.invalidated++;
    await this.release(key);
    return isKept && this.#parts.log.table.expiredAt(all, stamp) === undefined;
  }

  async #keep(
    key: string,
    value: unknown,
    { all, stamp, ttlMs }: { all: string[]; stamp: number; ttlMs: number },
  ): Promise<boolean> {
    const { log, memory, tier, form, mostBytes } = this.#parts;
    if (!log.table.isValid(all, stamp)) return false;
    const kept = form.keep(value, mostBytes);
    // Where a tag was let be refreshed, it may be served for what is left of its time.
    const shared = { ...kept, tags: all, stamp, expiresAt: performance.now() + ttlMs, graceMs: ttlMs };
    memory.keep(this.#names.kept(key), shared);
    await tier?.put(this.#names.kept(key), shared).catch(() => refused["not-stored"]++);
    return true;
  }

  /**
   * Whether the caller is the one of all processes that makes the value. It ends with `put` or `release`, or after ten
   * seconds.
   */
  async claim(key: string): Promise<boolean> {
    const { tier } = this.#parts;
    if (tier === undefined) return true;
    const claim = this.#claimKey(key);
    const args = ["SET", claim, "1", "NX", "PX", String(claimMs)];
    // Who cannot ask makes it: the others cannot either.
    return await tier.parts.gate.send(claim, args).then(
      (reply) => reply !== null,
      () => true,
    );
  }

  /** The caller does not make the value after all. */
  async release(key: string): Promise<void> {
    const { tier } = this.#parts;
    const claim = this.#claimKey(key);
    await tier?.parts.gate.send(claim, ["DEL", claim]).catch(() => undefined);
  }

  /** What another process makes of `key`; undefined if it turns out to make nothing. */
  async awaited<T>(key: string, tags: readonly string[]): Promise<Standing<T> | undefined> {
    const end = performance.now() + claimMs;
    const claim = this.#claimKey(key);
    for (
      let pauseMs = leastPauseMs;
      performance.now() < end;
      pauseMs = Math.min(1.5 * pauseMs, mostPauseMs)
    ) {
      await sleep(pauseMs);
      // In this order: who has made it lets go of the claim afterwards.
      const claims = await this.#parts.tier?.parts.gate.send(claim, ["EXISTS", claim]).catch(() => 0);
      const found = await this.find<T>(key, tags, () => false);
      if (found !== undefined || claims !== 1) return found;
    }
    return undefined;
  }

  /**
   * Keeps a value that was made when the log was at `mark`, unless something that it depends on has ended since, or that
   * is not known any more. False if it is not kept.
   */
  async adopt(key: string, value: unknown, { tags, mark, ttlMs }: Adopting): Promise<boolean> {
    const { log, tier } = this.#parts;
    const all = this.#names.tagsOf(key, tags);
    const stamp = tier?.parts.log.placeOf(mark);
    if (tier === undefined || stamp === undefined || !(await log.reach(currentScope(), all))) return false;
    // What was let be refreshed meanwhile is made anew as well: it would be taken for new.
    if (log.table.knows(stamp))
      return (
        log.table.expiredAt(all, stamp) === undefined && (await this.#keep(key, value, { all, stamp, ttlMs }))
      );
    const judged = await tier.parts.log.judge(mark, all).catch(() => undefined);
    if (judged?.isValid !== true || judged.expiredAt !== undefined) return false;
    return await this.#keep(key, value, { all, stamp: judged.place, ttlMs });
  }

  /** Where the log was when a build of that name began; undefined if nobody has noted it, or it is not known now. */
  async builtAt(deployment: string): Promise<LogMark | undefined> {
    const { tier } = this.#parts;
    if (tier === undefined) return undefined;
    const key = logKeys(tier.parts.prefix).built(deployment);
    const noted = await tier.parts.gate.send(key, ["GET", key]).catch(() => null);
    return noted === null ? undefined : readMark(text(noted));
  }

  /** Ends the values of these tags; resolves once every process and every edge knows of it. Rejects when that is not certain. */
  async invalidate(tags: readonly string[]): Promise<void> {
    const { transaction } = currentScope() ?? {};
    const named = this.#names.tags(tags);
    if (transaction !== undefined) return transaction.invalidate(named);
    await this.#end(named);
  }

  /** Ends the value of `key`. Rejects when that is not certain. */
  async end(key: string): Promise<void> {
    await this.#end([this.tagOf(key)]);
  }

  /** The tag that the value of `key` has for itself. */
  tagOf(key: string): string {
    return this.#names.keyTag(key);
  }

  /**
   * Lets the values of these tags be made anew: they may be served meanwhile, `atMostMs` at most. Rejects when that is not
   * certain.
   */
  async expire(tags: readonly string[], atMostMs?: number): Promise<void> {
    const expiring = { fence: writtenSoFar(), everywhere: true, atMostMs };
    await this.#parts.log.expire(this.#names.tags(tags), expiring);
  }

  async close(): Promise<void> {
    await this.#parts.close();
  }

  async #end(tags: readonly string[]): Promise<void> {
    const invalidation = { tags, fence: writtenSoFar(), source: "direct", everywhere: true } as const;
    await this.#parts.log.invalidate(invalidation);
  }

  #claimKey(key: string): string {
    const { prefix = "" } = this.#parts.tier?.parts ?? {};
    return `${valueKeys(prefix, this.#names.kept(key)).value}:claim`;
  }
}
