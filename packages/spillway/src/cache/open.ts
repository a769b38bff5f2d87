// Brings the parts of a cache together: the memory of this process, and the Redis that it shares with others.

import { sharePositions } from "../coherence/floor.ts";
import { LocalLog } from "../coherence/local-log.ts";
import { type CacheLog, logs } from "../coherence/log.ts";
import { Follower } from "../coherence/shared-log/follower.ts";
import { logKeys } from "../coherence/shared-log/keys.ts";
import { SharedLog } from "../coherence/shared-log/shared-log.ts";
import { processState } from "../process-state.ts";
import type { RedisClient } from "../redis/adapters.ts";
import { connectionOf, firstConnectionMs } from "../redis/connect.ts";
import { Deadlines } from "../redis/deadlines.ts";
import { Away, Gate } from "../redis/gate.ts";
import { soon } from "../soon.ts";
import { reasonOf, warn } from "../warnings.ts";
import { Cache, type CacheParts } from "./cache.ts";
import { countInvalidation, hideCache, showCache } from "./counts.ts";
import { Flights } from "./flights.ts";
import { copied, shared, sharedAndSent } from "./form.ts";
import { Memory } from "./memory.ts";
import { MemoryTier } from "./memory-tier.ts";
import { Names } from "./names.ts";
import { Permits } from "./permits.ts";
import { RedisTier } from "./redis-tier.ts";
import { Search } from "./search.ts";
import { SharedSearch } from "./shared-search.ts";
import { type CacheSettings, cacheSettings, type FilledSettings } from "./settings.ts";
import { ValueStore } from "./value-store.ts";

/**
 * A cache in the memory of this process, and with Redis one that all processes share: coherent over every one of
 * them.
 *
 * ```ts
 * import { createCache } from "spillway/cache";
 *
 * const cache = createCache({ ttl: 300 }); // REDIS_URL, if it is set
 * const product = await cache.getOrSet(`product:${id}`, () => findProduct(id), { tags: ["products"] });
 * await cache.invalidate({ tags: ["products"] });
 * ```
 *
 * Nothing that was invalidated is served by this process any more, nor by another once it has heard of it, which
 * takes milliseconds; the bearer of a causality token is served by none that has not. Loaders that read through
 * `spillway/database` see at least what was committed when their dependencies were invalidated, also from replicas.
 *
 * Throws SPILLWAY_CACHE_SETTING, SPILLWAY_CACHE_URL and SPILLWAY_CACHE_CLIENT. Nothing is connected before the first
 * use; a Redis that is away is no error: reads load, and come back to it by themselves.
 */
export function createCache(settings: CacheSettings = {}): Cache {
  return new Cache(openParts(settings), new Names());
}

/** The same values, for a framework that makes them itself. Throws what `createCache` throws. */
export function createValueStore(settings: CacheSettings = {}): ValueStore {
  return new ValueStore(openParts(settings), new Names());
}

function openParts(settings: CacheSettings): CacheParts {
  const filled = cacheSettings(settings);
  const { maxBytes, copies, loadsWithoutRedis, loadTimeout, ttl, grace } = filled;
  const mostBytes = Math.floor(maxBytes / 10);
  const values = new Memory(maxBytes, mostBytes);
  const form = copies ? copied : filled.redis === undefined ? shared : sharedAndSent;
  const opened = filled.redis === undefined ? openLocal() : openShared(filled.redis, filled);
  const { log, following } = opened;
  const tier = following && new RedisTier({ ...following, prefix: filled.keyPrefix, form });
  showCache(values, following?.log);
  const close = async (): Promise<void> => {
    hideCache(values, following?.log);
    await opened.close();
  };
  const memory = new MemoryTier({ memory: values, log, form });
  const flights = new Flights(log.table);
  const permits = new Permits(loadsWithoutRedis);
  const sharedSearch = tier && new SharedSearch(tier, tier.parts.log);
  const search = new Search({ memory, log, shared: sharedSearch, flights, permits });
  const loadMs = loadTimeout * 1_000;
  const lasts = { ttlMs: ttl * 1_000, graceMs: grace * 1_000 };
  const bound = { ms: loadMs, deadlines: new Deadlines(loadMs) };
  return { memory, form, mostBytes, log, tier, search, bound, lasts, close };
}

interface Opened {
  log: CacheLog;
  /** With Redis. */
  following?: Pick<Following, "log" | "gate">;
  close: () => Promise<void>;
}

function openLocal(): Opened {
  const log = new LocalLog(countInvalidation);
  logs.add(log);
  return { log, close: async () => void logs.delete(log) };
}

/** One per Redis and prefix, however many caches use it. */
interface Following {
  log: SharedLog;
  gate: Gate;
  users: number;
  end: () => Promise<void>;
}

const followings = processState("followings", () => ({
  byUrl: new Map<string, Map<string, Following>>(),
  byClient: new WeakMap<object, Map<string, Following>>(),
}));

function openShared(redis: string | RedisClient, settings: FilledSettings): Opened {
  const { keyPrefix } = settings;
  const ofRedis = followingsOf(redis);
  const following = ofRedis.get(keyPrefix) ?? follow(redis, settings);
  ofRedis.set(keyPrefix, following);
  following.users++;
  const { log, gate } = following;
  let isOpen = true;
  const close = async (): Promise<void> => {
    if (!isOpen) return;
    isOpen = false;
    if (--following.users > 0) return;
    ofRedis.delete(keyPrefix);
    await following.end();
  };
  return { log, following: { log, gate }, close };
}

function followingsOf(redis: string | RedisClient): Map<string, Following> {
  const { byUrl, byClient } = followings;
  const known = typeof redis === "string" ? byUrl.get(redis) : byClient.get(redis);
  const found = known ?? new Map<string, Following>();
  if (typeof redis === "string") byUrl.set(redis, found);
  else byClient.set(redis, found);
  return found;
}

function follow(redis: string | RedisClient, settings: FilledSettings): Following {
  const { keyPrefix, redisTimeout, maxSilence } = settings;
  const connection = connectionOf(redis);
  const keys = logKeys(keyPrefix);
  const budgetMs = redisTimeout * 1_000;
  const gate = new Gate(connection, { budgetMs, key: keys.meta });
  const silenceMs = maxSilence * 1_000;
  const log = new SharedLog({
    name: keyPrefix,
    gate,
    keys,
    silenceMs,
    budgetMs,
    connected: () => (starting ??= start()),
    count: countInvalidation,
    onFailure: warnOnce(),
  });
  const follower = new Follower({ log, connection, keys, heartbeatMs: silenceMs / 4 });
  let starting: Promise<void> | undefined;
  // At the first use, so that a build can load the app without a Redis.
  const start = async (): Promise<void> => {
    await soon(connection.ready(), firstConnectionMs);
    void follower.run();
  };
  sharePositions();
  logs.add(log);
  const end = async (): Promise<void> => {
    logs.delete(log);
    await log.close();
    gate.close();
    await follower.close();
    if (typeof redis === "string") await connection.close();
  };
  return { log, gate, users: 0, end };
}

/** Away is an everyday matter, and seen in the metrics; anything else will not mend itself. */
function warnOnce(): (error: unknown) => void {
  let warned = false;
  return (error) => {
    if (warned || error instanceof Away) return;
    warned = true;
    warn("SPILLWAY_CACHE_UNUSABLE", reasonOf(error));
  };
}
