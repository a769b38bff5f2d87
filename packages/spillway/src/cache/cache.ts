// A cache in which nothing is served that was invalidated before it was asked for.

import { writtenSoFar } from "../coherence/floor.ts";
import type { CacheLog } from "../coherence/log.ts";
import { currentScope } from "../coherence/scope.ts";
import { checkRedis } from "./check.ts";
import { Asked, type AskedParts } from "./asked.ts";
import { refused } from "./counts.ts";
import { type Explanation, explainKey } from "./explain.ts";
import type { Form } from "./form.ts";
import type { Lasts } from "./lasting.ts";
import type { LoadBound, Loader } from "./load.ts";
import type { MemoryTier } from "./memory-tier.ts";
import type { Names } from "./names.ts";
import type { RedisTier } from "./redis-tier.ts";
import type { Search } from "./search.ts";
import { checkName, checkSeconds } from "./settings.ts";

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
  memory: MemoryTier;
  form: Form;
  /** Beyond it a value is not kept in memory, and its bytes need not be counted further. */
  mostBytes: number;
  log: CacheLog;
  /** Undefined where there is no Redis. */
  tier: RedisTier | undefined;
  search: Search;
  /** How long a load may take. */
  bound: LoadBound;
  /** How long a value lasts whose call says nothing. */
  lasts: Lasts;
  close: () => Promise<void>;
}

export class Cache {
  readonly #parts: CacheParts;
  readonly #names: Names;
  readonly #asking: AskedParts;

  /** Use `createCache`. */
  constructor(parts: CacheParts, names: Names) {
    this.#parts = parts;
    this.#names = names;
    this.#asking = { ...parts, names };
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
  getOrSet<T>(key: string, loader: Loader<T>, options?: EntryOptions<T>): Promise<T> {
    const scope = currentScope();
    const fresh = this.#parts.memory.fresh(this.#names.kept(key), scope);
    // No async function, and no object, for what is asked most.
    return fresh === undefined ? this.#getOrLoad(key, loader, options) : Promise.resolve(fresh as T);
  }

  /** The value of `key` if it is there and valid, else undefined. Loads nothing. */
  async get<T = unknown>(key: string): Promise<T | undefined> {
    const scope = currentScope();
    if (scope?.transaction !== undefined) return undefined;
    const { log, tier, form, memory } = this.#parts;
    const tags = this.#names.tagsOf(key, []);
    if (!log.suffices(scope) && !(await log.reach(scope, tags))) return undefined;
    const fresh = memory.fresh(this.#names.kept(key), scope);
    if (fresh !== undefined) return fresh as T;
    const found = await tier?.find(this.#names.kept(key), tags).catch(() => undefined);
    if (found === undefined || found.isStale) return undefined;
    memory.keep(this.#names.kept(key), found);
    scope?.dependsOn?.(found.tags);
    return form.give(found.kept) as T;
  }

  /** Like `get`, at once, and from the memory of this process alone. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller names what was put in
  peek<T = unknown>(key: string): T | undefined {
    return this.#parts.memory.fresh(this.#names.kept(key), currentScope()) as T | undefined;
  }

  /**
   * Keeps `value`, which the caller has just written to where it belongs. Loads that began before cannot replace it.
   * Inside `pool.transaction` it is not kept, and what is there ends with the commit. Throws
   * SPILLWAY_CACHE_INVALIDATION if Redis did not hear of it: others may then serve what was there before.
   */
  async set<T>(key: string, value: T, options: EntryOptions<T> = {}): Promise<void> {
    const { form, mostBytes, log, tier, memory } = this.#parts;
    const given = typeof options.tags === "function" ? options.tags(value) : (options.tags ?? []);
    const tags = this.#names.tagsOf(key, given);
    const lasts = this.#lasts(options);
    const kept = form.keep(value, mostBytes);
    const { transaction } = currentScope() ?? {};
    if (transaction !== undefined) return transaction.invalidate([this.#names.keyTag(key)]);
    const invalidation = {
      tags: [this.#names.keyTag(key)],
      fence: writtenSoFar(),
      source: "direct",
    } as const;
    const stamp = await log.invalidate(invalidation);
    const expiresAt = performance.now() + lasts.ttlMs;
    const shared = { ...kept, tags, stamp, expiresAt, graceMs: lasts.graceMs };
    memory.keep(this.#names.kept(key), shared);
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
   * Inside `pool.transaction` it is done with the commit, and cannot be lost. Outside it throws
   * SPILLWAY_CACHE_INVALIDATION if Redis did not hear of it.
   */
  async invalidate(targets: Targets): Promise<void> {
    await this.#end(this.#tagsOfTargets(targets));
  }

  /** Lets every value that has one of these tags or keys be refreshed: it may be served for its grace meanwhile. */
  async expire(targets: Targets): Promise<void> {
    await this.#parts.log.expire(this.#tagsOfTargets(targets), { fence: writtenSoFar() });
  }

  /** Ends every value; in a namespace, every value of it. Throws what `invalidate` throws. */
  async clear(): Promise<void> {
    const { own } = this.#names;
    if (own !== undefined) return await this.#end([own]);
    const { log, memory } = this.#parts;
    await log.invalidate({ tags: [], all: true, fence: writtenSoFar(), source: "direct" });
    memory.clear();
  }

  /** A cache whose keys and tags are its own. It shares memory and settings with this one. */
  namespace(name: string): Cache {
    return new Cache(this.#parts, this.#names.within(name));
  }

  /**
   * Asks Redis whether it will do, for a start-up or health check: throws SPILLWAY_CACHE_REDIS when it is away, older
   * than 7, lacks a command or a right, or evicts what the cache must not lose. Without Redis there is nothing to ask.
   */
  async check(): Promise<void> {
    const { tier } = this.#parts;
    if (tier !== undefined) await checkRedis(tier.parts);
  }

  /** What Redis knows of `key`, and why its value is valid or not; undefined without Redis. Rejects if it is away. */
  async explain(key: string): Promise<Explanation | undefined> {
    const { tier } = this.#parts;
    checkName("key", key);
    return tier && (await explainKey(tier.parts, this.#names, key));
  }

  /** Closes the connections to Redis that it made. A client that it was given stays open. */
  async close(): Promise<void> {
    await this.#parts.close();
  }

  async #getOrLoad<T>(key: string, loader: Loader<T>, options: EntryOptions<T> = {}): Promise<T> {
    const { memory, search, form } = this.#parts;
    const scope = currentScope();
    const asked = new Asked(this.#asking, key, loader, options);
    const lasts = this.#lasts(options);
    if (scope?.transaction !== undefined) return form.give(await search.loadApart(asked)) as T;
    const stale = memory.stale(asked.key, scope);
    if (stale === undefined) return form.give(await search.run(asked, lasts, scope)) as T;
    search.behind(asked, lasts);
    return stale as T;
  }

  async #end(tags: readonly string[]): Promise<void> {
    const { transaction } = currentScope() ?? {};
    if (transaction !== undefined) transaction.invalidate(tags);
    else if (tags.length > 0)
      await this.#parts.log.invalidate({ tags, fence: writtenSoFar(), source: "direct" });
  }

  #lasts({ ttl, grace }: EntryOptions<never>): Lasts {
    const { lasts } = this.#parts;
    if (ttl === undefined && grace === undefined) return lasts;
    if (ttl !== undefined) checkSeconds("ttl", ttl);
    if (grace !== undefined) checkSeconds("grace", grace);
    return {
      ttlMs: ttl === undefined ? lasts.ttlMs : ttl * 1_000,
      graceMs: grace === undefined ? lasts.graceMs : grace * 1_000,
    };
  }

  #tagsOfTargets({ tags = [], keys = [] }: Targets): string[] {
    for (const key of keys) checkName("key", key);
    return [...this.#names.tags(tags), ...keys.map((key) => this.#names.keyTag(key))];
  }
}
