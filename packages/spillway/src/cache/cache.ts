// A cache in which nothing is served that was invalidated before it was asked for.

import { writtenSoFar } from "../coherence/floor.ts";
import type { CacheLog } from "../coherence/log.ts";
import { currentScope, runInThisScope, Scope } from "../coherence/scope.ts";
import { coarseNow } from "./clock.ts";
import { refused, requests } from "./counts.ts";
import type { Flights } from "./flights.ts";
import type { Form } from "./form.ts";
import type { Load, LoadContext, Loader } from "./load.ts";
import { bounded, loadCurrent } from "./load.ts";
import type { Entry, Memory } from "./memory.ts";
import type { Names } from "./names.ts";
import type { Permits } from "./permits.ts";
import type { Lasts, RedisTier, Shared } from "./redis-tier.ts";
import { checkName, checkSeconds, type Times } from "./settings.ts";

/** How one value is kept. Times are in seconds. */
export interface EntryOptions<T = unknown> {
  /** What the value depends on; a function for what only the value tells. Invalidating one of them ends it. */
  tags?: readonly string[] | ((value: T) => readonly string[]);
  /** How long it is served. Default: the cache's. */
  ttl?: number;
  /** How much longer it may be served while one load refreshes it. Default: the cache's. */
  grace?: number;
}

/** What an invalidation is for. */
export interface Targets {
  tags?: readonly string[];
  keys?: readonly string[];
}

export interface CacheParts {
  memory: Memory;
  form: Form;
  /** Beyond it a value is not kept in memory, and its bytes need not be counted further. */
  mostBytes: number;
  log: CacheLog;
  /** Undefined where there is no Redis. */
  tier: RedisTier | undefined;
  flights: Flights;
  /** For loads while Redis is away. */
  permits: Permits;
  times: Times;
  close: () => Promise<void>;
}

export class Cache {
  readonly #parts: CacheParts;
  readonly #names: Names;

  /** Use `createCache`. */
  constructor(parts: CacheParts, names: Names) {
    this.#parts = parts;
    this.#names = names;
  }

  /**
   * The value of `key`, loaded if need be. Of many who ask at once, in all processes, one loads. A value whose
   * dependencies were invalidated while it was loaded is not kept: it is loaded once more, from the primary, and
   * that is returned. Who asks after an invalidation never gets a value whose load began before it. Inside
   * `pool.transaction` the loader is called each time, and its value is not kept. A loader may use the cache: its
   * value ends with those that it is made of.
   *
   * While Redis is away it loads, at most `loadsWithoutRedis` at a time.
   *
   * Rejects with what the loader throws, to all who wait for it; nothing is kept then. Throws SPILLWAY_CACHE_KEY,
   * SPILLWAY_CACHE_SETTING, SPILLWAY_CACHE_LOADER for a loader that returns undefined, SPILLWAY_CACHE_TIMEOUT, and
   * with Redis SPILLWAY_CACHE_VALUE for what cannot be encoded.
   */
  async getOrSet<T>(key: string, loader: Loader<T>, options: EntryOptions<T> = {}): Promise<T> {
    const scope = currentScope();
    if (scope?.inTransaction) return this.#loadApart(this.#loadOf(key, loader, options));
    if (this.#isTrusted(scope)) {
      const found = this.#fromMemory(key, scope);
      if (found?.isFresh) return found.value as T;
      if (found !== undefined)
        return this.#refreshBehind(found.value as T, this.#loadOf(key, loader, options), options);
    }
    return this.#search(this.#loadOf(key, loader, options), options, scope);
  }

  /** The value of `key` if it is there and valid, else undefined. Loads nothing. */
  async get<T = unknown>(key: string): Promise<T | undefined> {
    const scope = currentScope();
    if (scope?.inTransaction) return undefined;
    const { log, tier, form } = this.#parts;
    const tags = this.#names.tagsOf(key, []);
    if (!this.#isTrusted(scope) && !(await log.reach(scope, tags))) return undefined;
    const kept = this.#fromMemory(key, scope);
    if (kept?.isFresh === true || tier === undefined) return kept?.isFresh ? (kept.value as T) : undefined;
    const found = await tier.find(this.#names.kept(key), tags).catch(() => undefined);
    if (found === undefined || found.isStale) return undefined;
    this.#keep(this.#names.kept(key), found);
    scope?.dependsOn?.(found.tags);
    return form.give(found.kept) as T;
  }

  /** Like `get`, at once, and from the memory of this process alone. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller names what was put in
  peek<T = unknown>(key: string): T | undefined {
    const scope = currentScope();
    if (scope?.inTransaction || !this.#isTrusted(scope)) return undefined;
    const found = this.#fromMemory(key, scope);
    return found?.isFresh === true ? (found.value as T) : undefined;
  }

  /**
   * Keeps `value`, which the caller has just written to where it belongs. Loads that began before cannot replace it.
   * Throws SPILLWAY_CACHE_INVALIDATION if Redis did not hear of it: others may then serve what was there before.
   */
  async set<T>(key: string, value: T, options: EntryOptions<T> = {}): Promise<void> {
    const { form, mostBytes, log, tier } = this.#parts;
    const given = typeof options.tags === "function" ? options.tags(value) : (options.tags ?? []);
    const tags = this.#names.tagsOf(key, given);
    const lasts = this.#lasts(options);
    const kept = form.keep(value, mostBytes);
    const invalidation = {
      tags: [this.#names.keyTag(key)],
      fence: writtenSoFar(),
      source: "direct",
    } as const;
    const stamp = await log.publish(invalidation);
    const expiresAt = performance.now() + lasts.ttlMs;
    const shared = { ...kept, tags, stamp, expiresAt, graceMs: lasts.graceMs };
    this.#keep(this.#names.kept(key), shared);
    // It is invalidated in any case: whoever does not find it loads it.
    await tier?.put(this.#names.kept(key), shared).catch(() => refused["not-stored"]++);
  }

  /** Ends the value of `key`. Throws what `invalidate` throws. */
  async delete(key: string): Promise<void> {
    await this.invalidate({ keys: [key] });
  }

  /**
   * Ends every value that has one of these tags or keys. None of them is ever served again, in no grace: in this
   * process once this resolves, in others within milliseconds, and to whoever bears the causality token of this
   * request at once. It takes the same time however many values they are.
   *
   * Throws SPILLWAY_CACHE_INVALIDATION if Redis did not hear of it. What belongs to a write is better invalidated
   * with it, by `pool.transaction`: that cannot be lost.
   */
  async invalidate(targets: Targets): Promise<void> {
    const tags = this.#tagsOfTargets(targets);
    if (tags.length > 0) await this.#parts.log.invalidate({ tags, fence: writtenSoFar(), source: "direct" });
  }

  /** Lets every value that has one of these tags or keys be refreshed: it may be served for its grace meanwhile. */
  async expire(targets: Targets): Promise<void> {
    await this.#parts.log.expire(this.#tagsOfTargets(targets));
  }

  /** Ends every value; in a namespace, every value of it. Throws what `invalidate` throws. */
  async clear(): Promise<void> {
    const { own } = this.#names;
    const what = own === undefined ? { tags: [], all: true } : { tags: [own] };
    await this.#parts.log.invalidate({ ...what, fence: writtenSoFar(), source: "direct" });
    if (own === undefined) this.#parts.memory.clear();
  }

  /** A cache whose keys and tags are its own. It shares memory and settings with this one. */
  namespace(name: string): Cache {
    return new Cache(this.#parts, this.#names.within(name));
  }

  /** Closes the connections to Redis that it made. A client that it was given stays open. */
  async close(): Promise<void> {
    await this.#parts.close();
  }

  #isTrusted(scope: Scope | undefined): boolean {
    const { log } = this.#parts;
    return coarseNow() < log.table.trustedUntil && (scope === undefined || log.suffices(scope));
  }

  /** A value that may be served: within its time, or within its grace. */
  #fromMemory(key: string, scope: Scope | undefined): { value: unknown; isFresh: boolean } | undefined {
    const entry = this.#parts.memory.get(this.#names.kept(key));
    const state = entry === undefined ? "gone" : this.#stateOf(entry);
    // What is made of an old value would pass for new.
    const isServed = state === "fresh" || (state === "stale" && scope?.dependsOn === undefined);
    requests.memory[state === "fresh" ? "hit" : isServed ? "stale" : "miss"]++;
    if (entry === undefined || !isServed) return undefined;
    scope?.dependsOn?.(entry.tags);
    return { value: this.#parts.form.give(entry.value), isFresh: state === "fresh" };
  }

  #stateOf(entry: Entry): "fresh" | "stale" | "gone" {
    const { table } = this.#parts.log;
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

  /** The old value at once; a search goes on behind it. If that fails, the old value stays for what is left of its grace. */
  #refreshBehind<T>(value: T, load: Load, options: EntryOptions<T>): T {
    // Of no request: nobody waits for it, and what it reads may be as old as a stranger's.
    runInThisScope(new Scope(), () => this.#search(load, options, undefined)).catch(() => undefined);
    return value;
  }

  // oxlint-disable-next-line max-params -- the load, how it lasts, and who asks
  async #search<T>(load: Load, options: EntryOptions<T>, scope: Scope | undefined): Promise<T> {
    const lasts = this.#lasts(options);
    const { log, flights, form, permits } = this.#parts;
    if (!(await log.reach(scope, load.tags))) {
      const loadApart = (): Promise<T> => this.#loadApart(load);
      // One inside of another must not wait for a permit that the outer one holds.
      return await (scope?.dependsOn === undefined ? permits.run(loadApart) : loadApart());
    }
    // What is made of an old value would pass for new: a load is given none.
    const takesStale = scope?.dependsOn === undefined;
    const name = takesStale ? load.key : `fresh ${load.key}`;
    const { loaded, joined } = flights.run(name, load.tags, () => this.#fetch(load, lasts, takesStale));
    if (joined) requests.loader.joined++;
    const result = await loaded;
    scope?.dependsOn?.(result.tags);
    return form.give(result.kept) as T;
  }

  async #fetch(load: Load, lasts: Lasts, takesStale: boolean): Promise<Shared> {
    const { tier, log } = this.#parts;
    const found =
      tier === undefined
        ? {
            ...(await loadCurrent(load, log)),
            ...lasts,
            expiresAt: performance.now() + lasts.ttlMs,
            isStale: false,
          }
        : await tier.findOrLoad(
            load,
            lasts,
            takesStale ? (refreshed) => this.#keep(load.key, refreshed) : undefined,
          );
    if (found.current) this.#keep(load.key, found);
    else refused.invalidated++;
    return found;
  }

  /**
   * Neither side may see the other: as inside a transaction, which has written what nobody else may see, and may
   * read an older state than others must. So nothing is taken from the cache, joined, or kept.
   */
  async #loadApart<T>(load: Load): Promise<T> {
    requests.loader.bypass++;
    const scope = Scope.within(currentScope(), this.#parts.log.table.fenceOf(load.tags));
    scope.inTransaction = currentScope()?.inTransaction ?? false;
    return (await bounded(load, scope, () => undefined)) as T;
  }

  #loadOf<T>(key: string, loader: Loader<T>, options: EntryOptions<T>): Load {
    const names = this.#names;
    const { form, mostBytes, times } = this.#parts;
    const given = options.tags;
    const tags = names.tagsOf(key, typeof given === "function" ? [] : (given ?? []));
    return {
      key: names.kept(key),
      loader: (context: LoadContext) =>
        loader({ ...context, tag: (...more) => context.tag(...names.tags(more)) }),
      tags,
      late: (value) => (typeof given === "function" ? names.tags(given(value as T)) : []),
      keep: (value) => form.keep(value, mostBytes),
      timeoutMs: times.loadTimeout * 1_000,
    };
  }

  #keep(key: string, found: Omit<Shared, "current" | "isStale">): void {
    const { kept: value, tags, stamp, expiresAt, graceMs } = found;
    const bytes = found.bytes + 2 * key.length;
    const entry = { value, tags, stamp, bytes, expiresAt, graceMs, used: false, verdict: -1 };
    if (!this.#parts.memory.set(key, entry)) refused["too-large"]++;
  }

  #lasts({ ttl = this.#parts.times.ttl, grace = this.#parts.times.grace }: EntryOptions<never>): Lasts {
    checkSeconds("ttl", ttl);
    checkSeconds("grace", grace);
    return { ttlMs: ttl * 1_000, graceMs: grace * 1_000 };
  }

  #tagsOfTargets({ tags = [], keys = [] }: Targets): string[] {
    for (const key of keys) checkName("key", key);
    return [...this.#names.tags(tags), ...keys.map((key) => this.#names.keyTag(key))];
  }
}
