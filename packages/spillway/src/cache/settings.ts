// The settings of a cache and of an entry: their defaults, and their checks.

import { SpillwayError } from "../errors.ts";
import { adaptClient, type RedisClient } from "../redis/adapters.ts";
import { checkUrl } from "../redis/connect.ts";

/** All times are in seconds, as in HTTP and in Redis. */
export interface CacheSettings {
  /**
   * Bytes of values that this process keeps in memory, as estimated. Default 64 MiB. More keeps more of them, and
   * costs heap; a value above a tenth of it is not kept. 0 keeps none.
   */
  maxBytes?: number;
  /** How long a value is served, where its call says nothing. Default 60. */
  ttl?: number;
  /** How much longer an old value may be served while it is refreshed. Default 0: never. */
  grace?: number;
  /**
   * Give each reader a copy of its own. Default false: all readers share one value, which none may change. True
   * costs encoding on each fill and decoding on each read, microseconds and more for large values, and takes only
   * what can be encoded as data: throws SPILLWAY_CACHE_VALUE for functions, symbols and instances of classes.
   */
  copies?: boolean;
  /** How long a loader may take. Default 30. Those who wait get an error, and its `signal` is aborted. */
  loadTimeout?: number;
  /**
   * The Redis (7 or later, or Valkey) that all processes share: a client of the packages redis, ioredis or iovalkey,
   * single server or cluster, or a URL, for which `@redis/client` has to be installed. Default: `REDIS_URL`, or none.
   * False: none; then the cache is this process's own.
   */
  redis?: string | RedisClient | false;
  /** Before all keys in Redis. Caches with the same prefix are one. Default `spillway`. */
  keyPrefix?: string;
  /**
   * How long a command to Redis may take. Default 0.05. More waits longer when Redis hangs; less takes a slow answer
   * for none, and loads.
   */
  redisTimeout?: number;
  /**
   * How long memory is served while Redis says nothing. Default 2. More bridges longer gaps; it is the bound of how
   * stale a server can be that has lost Redis.
   */
  maxSilence?: number;
  /** Loads at a time while Redis is away, so that its absence is not the database's. Default 32. */
  loadsWithoutRedis?: number;
}

/** All of them, filled up; `redis` undefined where there is none. */
export type FilledSettings = Required<Omit<CacheSettings, "redis">> & {
  redis: string | RedisClient | undefined;
};

export const defaults: Required<Omit<CacheSettings, "redis">> = {
  maxBytes: 64 * 2 ** 20,
  ttl: 60,
  grace: 0,
  copies: false,
  loadTimeout: 30,
  keyPrefix: "spillway",
  redisTimeout: 0.05,
  maxSilence: 2,
  loadsWithoutRedis: 32,
};

const known: readonly string[] = [...Object.keys(defaults), "redis"];

/** A year; longer is a mistake, such as milliseconds. */
const mostSeconds = 366 * 24 * 3600;

/** Throws SPILLWAY_CACHE_SETTING, SPILLWAY_CACHE_URL and SPILLWAY_CACHE_CLIENT. */
export function cacheSettings({ redis, ...given }: CacheSettings): FilledSettings {
  const unknown = Object.keys(given).find((key) => !known.includes(key));
  if (unknown !== undefined) throw invalid(unknown, "unknown", `one of ${known.join(", ")}`);
  const settings = { ...defaults, ...given, redis: checkedRedis(redis) };
  for (const key of ["ttl", "grace", "loadTimeout"] as const) checkSeconds(key, settings[key]);
  for (const key of ["redisTimeout", "maxSilence"] as const) checkSeconds(key, settings[key], 0.001);
  for (const [key, least] of [
    ["maxBytes", 0],
    ["loadsWithoutRedis", 1],
  ] as const)
    if (!Number.isInteger(settings[key]) || settings[key] < least)
      throw invalid(key, settings[key], `a whole number from ${least}`);
  if (typeof settings.copies !== "boolean") throw invalid("copies", settings.copies, "true or false");
  if (!/^[\w:.-]{1,64}$/.test(settings.keyPrefix))
    throw invalid("keyPrefix", JSON.stringify(settings.keyPrefix), "1 to 64 letters, digits, and _ - . :");
  return settings;
}

function checkedRedis(given: CacheSettings["redis"]): string | RedisClient | undefined {
  const redis = given ?? process.env["REDIS_URL"] ?? "";
  if (redis === false || redis === "") return undefined;
  if (typeof redis === "string") checkUrl(redis);
  else adaptClient(redis);
  return redis;
}

/** Throws SPILLWAY_CACHE_SETTING for a time that cannot be. */
export function checkSeconds(setting: string, value: unknown, least = 0): void {
  if (typeof value === "number" && value >= least && value <= mostSeconds) return;
  throw invalid(setting, value, `seconds from ${least} to ${mostSeconds}`);
}

function invalid(setting: string, value: unknown, expected: string): SpillwayError {
  return new SpillwayError("SPILLWAY_CACHE_SETTING", { setting, found: String(value), expected });
}

const longestName = 512;

/** Throws SPILLWAY_CACHE_KEY. */
export function checkName(what: "key" | "tag" | "namespace", name: unknown): void {
  if (typeof name === "string" && name.length > 0 && name.length <= longestName) return;
  throw new SpillwayError("SPILLWAY_CACHE_KEY", { what, found: shown(name) });
}

function shown(name: unknown): string {
  if (typeof name !== "string") return name === null ? "null" : `a ${typeof name}`;
  return name === "" ? "empty" : `${name.length} characters long`;
}
