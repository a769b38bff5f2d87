// A cache in which nothing is served that was invalidated before it was asked for.

import { writtenSoFar } from "../coherence/floor.ts";
import { onInvalidation } from "../coherence/invalidations.ts";
import { currentScope } from "../coherence/scope.ts";
import { Table } from "../coherence/table.ts";
import { coarseNow } from "./clock.ts";
import { countInvalidation, countLoad, refused, requests, showMemory } from "./counts.ts";
import { copied, type Form, type Kept, shared } from "./form.ts";
import { type Load, type LoadContext, type Loaded, type Loader, Loads } from "./loads.ts";
import { type Entry, Memory } from "./memory.ts";
import { type CacheSettings, cacheSettings, checkName, checkSeconds, type Times } from "./settings.ts";

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

interface Parts {
  memory: Memory;
  form: Form;
  /** Beyond it a value is not kept, and its bytes need not be counted further. */
  mostBytes: number;
  table: Table;
  loads: Loads;
  times: Times;
}

/** Before the key in the tag that every value has for its own key: no tag of a caller begins so. */
const keyMark = "\u0000";

export class Cache {
  readonly #parts: Parts;
  readonly #prefix: string;
  /** Tags that every value of this namespace has: one for it, after those of the namespaces around it. */
  readonly #common: readonly string[];

  /** Use `createCache`. */
  constructor(parts: Parts, prefix = "", common: readonly string[] = []) {
    this.#parts = parts;
    this.#prefix = prefix;
    this.#common = common;
  }

  /**
   * The value of `key`, loaded if need be. Of many who ask at once, one loads. A value whose dependencies were
   * invalidated while it was loaded is not kept: it is loaded once more, from the primary, and that is returned.
   * Who asks after an invalidation never gets a value whose load began before it. Inside `pool.transaction` the
   * loader is called each time, and its value is not kept.
   *
   * Rejects with what the loader throws, to all who wait for it; nothing is kept then. Throws SPILLWAY_CACHE_KEY,
   * SPILLWAY_CACHE_SETTING, SPILLWAY_CACHE_LOADER for a loader that returns undefined, and SPILLWAY_CACHE_TIMEOUT.
   */
  async getOrSet<T>(key: string, loader: Loader<T>, options?: EntryOptions<T>): Promise<T> {
    if (currentScope()?.inTransaction) return this.#loadApart(key, loader, options);
    const entry = this.#parts.memory.get(this.#prefix + key);
    if (entry !== undefined) {
      const state = this.#stateOf(entry);
      if (state === "fresh") {
        requests.hit++;
        return this.#parts.form.give(entry.value) as T;
      }
      if (state === "stale") return this.#serveStale(key, entry, loader, options);
    }
    return this.#load(key, loader, options);
  }

  /** The value of `key` if it is there and valid, else undefined. Loads nothing. */
  async get<T = unknown>(key: string): Promise<T | undefined> {
    const value = this.peek<T>(key);
    requests[value === undefined ? "miss" : "hit"]++;
    return value;
  }

  /** Like `get`, at once, and from the memory of this process alone. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller names what was put in
  peek<T = unknown>(key: string): T | undefined {
    const entry = this.#parts.memory.get(this.#prefix + key);
    if (entry === undefined || this.#stateOf(entry) !== "fresh") return undefined;
    return this.#parts.form.give(entry.value) as T;
  }

  /** Keeps `value`, which the caller has just written to where it belongs. Loads that began before cannot replace it. */
  async set<T>(key: string, value: T, options: EntryOptions<T> = {}): Promise<void> {
    const tags = this.#tagsOf(key, options, value);
    const { form, mostBytes, table } = this.#parts;
    const kept = form.keep(value, mostBytes);
    const stamp = table.invalidate([this.#keyTag(key)], writtenSoFar());
    this.#keep(this.#prefix + key, { ...kept, tags, stamp }, options);
  }

  /** Ends the value of `key`. */
  async delete(key: string): Promise<void> {
    await this.invalidate({ keys: [key] });
  }

  /** Ends every value that has one of these tags or keys. None of them is ever served again, in no grace. */
  async invalidate(targets: Targets): Promise<void> {
    countInvalidation("direct");
    this.#parts.table.invalidate(this.#tagsOfTargets(targets), writtenSoFar());
  }

  /** Lets every value that has one of these tags or keys be refreshed: it may be served for its grace meanwhile. */
  async expire(targets: Targets): Promise<void> {
    this.#parts.table.expire(this.#tagsOfTargets(targets), performance.now());
  }

  /** Ends every value; in a namespace, every value of it. */
  async clear(): Promise<void> {
    countInvalidation("direct");
    const { table, memory } = this.#parts;
    const own = this.#common.at(-1);
    if (own !== undefined) return void table.invalidate([own], writtenSoFar());
    table.invalidateAll(writtenSoFar());
    memory.clear();
  }

  /** A cache whose keys and tags are its own. It shares memory and settings with this one. */
  namespace(name: string): Cache {
    checkName("namespace", name);
    const prefix = `${this.#prefix}${name}${keyMark}`;
    return new Cache(this.#parts, prefix, [...this.#common, `${keyMark}${prefix}`]);
  }

  /**
   * Inside a transaction neither side may see the other: the transaction has written what nobody else may see, and
   * may read an older state than others must. So nothing is taken from the cache, joined, or kept.
   */
  async #loadApart<T>(key: string, loader: Loader<T>, options: EntryOptions<T> = {}): Promise<T> {
    const load = this.#loadOf(key, loader, options);
    requests.bypass++;
    return (await load.loader({ tag: () => undefined, signal: AbortSignal.timeout(load.timeoutMs) })) as T;
  }

  #stateOf(entry: Entry): "fresh" | "stale" | "gone" {
    const { table } = this.#parts;
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

  /** The old value at once; a load goes on behind it. If that fails, the old value stays for what is left of its grace. */
  // oxlint-disable-next-line max-params -- those of getOrSet, and what was found
  #serveStale<T>(key: string, { value }: Entry, loader: Loader<T>, options: EntryOptions<T> | undefined): T {
    requests.stale++;
    this.#load(key, loader, options).catch(() => undefined);
    return this.#parts.form.give(value) as T;
  }

  async #load<T>(key: string, loader: Loader<T>, options: EntryOptions<T> = {}): Promise<T> {
    const { loads, form } = this.#parts;
    const { loaded, joined } = loads.run(this.#loadOf(key, loader, options));
    requests[joined ? "joined" : "miss"]++;
    const began = performance.now();
    const result = await loaded;
    if (!joined) {
      countLoad((performance.now() - began) / 1_000);
      if (result.current) this.#keep(this.#prefix + key, result, options);
      else refused.invalidated++;
    }
    return form.give(result.kept) as T;
  }

  #loadOf<T>(key: string, loader: Loader<T>, options: EntryOptions<T>): Load {
    const early = typeof options.tags === "function" ? {} : options;
    const tags = this.#tagsOf(key, early, undefined);
    const late = (value: unknown): string[] =>
      typeof options.tags === "function" ? this.#named(options.tags(value as T)) : [];
    const inner = (context: LoadContext): T | Promise<T> =>
      loader({ ...context, tag: (...more) => context.tag(...this.#named(more)) });
    const { form, mostBytes, times } = this.#parts;
    const keep = (value: unknown): Kept => form.keep(value, mostBytes);
    const timeoutMs = times.loadTimeout * 1_000;
    return { key: this.#prefix + key, loader: inner, tags, late, keep, timeoutMs };
  }

  #keep(key: string, loaded: Omit<Loaded, "current">, options: EntryOptions<never>): void {
    const { memory, times } = this.#parts;
    const { ttl = times.ttl, grace = times.grace } = options;
    checkSeconds("ttl", ttl);
    checkSeconds("grace", grace);
    const { kept: value, tags, stamp } = loaded;
    const expiresAt = performance.now() + ttl * 1_000;
    const bytes = loaded.bytes + 2 * key.length;
    const entry = { value, tags, stamp, bytes, expiresAt, graceMs: grace * 1_000, used: false, verdict: -1 };
    if (!memory.set(key, entry)) refused["too-large"]++;
  }

  #tagsOf<T>(key: string, { tags }: EntryOptions<T>, value: T | undefined): string[] {
    checkName("key", key);
    const given = typeof tags === "function" ? tags(value as T) : (tags ?? []);
    return [this.#keyTag(key), ...this.#common, ...this.#named(given)];
  }

  #tagsOfTargets({ tags = [], keys = [] }: Targets): string[] {
    for (const key of keys) checkName("key", key);
    return [...this.#named(tags), ...keys.map((key) => this.#keyTag(key))];
  }

  #named(tags: readonly string[]): string[] {
    return tags.map((tag) => {
      checkName("tag", tag);
      return this.#prefix + tag;
    });
  }

  #keyTag(key: string): string {
    return `${keyMark}${keyMark}${this.#prefix}${key}`;
  }
}

/**
 * A cache in the memory of this process.
 *
 * ```ts
 * import { createCache } from "spillway/cache";
 *
 * const cache = createCache({ ttl: 300 });
 * const product = await cache.getOrSet(`product:${id}`, () => findProduct(id), { tags: ["products"] });
 * await cache.invalidate({ tags: ["products"] });
 * ```
 *
 * It is correct within one process. Loaders that read through `spillway/database` see at least what this process
 * had written when their dependencies were invalidated, also from replicas. Throws SPILLWAY_CACHE_SETTING.
 */
export function createCache(settings: CacheSettings = {}): Cache {
  const { maxBytes, copies, ...times } = cacheSettings(settings);
  const mostBytes = Math.floor(maxBytes / 10);
  const memory = new Memory(maxBytes, mostBytes);
  const table = new Table();
  showMemory(memory);
  onInvalidation((tags, fence) => {
    countInvalidation("transaction");
    table.invalidate(tags, fence);
  });
  const form = copies ? copied : shared;
  return new Cache({ memory, form, mostBytes, table, loads: new Loads(table), times });
}
