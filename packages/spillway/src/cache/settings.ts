// The settings of a cache and of an entry: their defaults, and their checks.

import { SpillwayError } from "../errors.ts";

/** All times are in seconds, as in HTTP and in Redis. */
export interface CacheSettings {
  /**
   * Bytes of values that this process keeps in memory, as estimated. Default 64 MiB. More keeps more of them, and
   * costs heap; a value above a tenth of it is not kept.
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
}

export type Times = Required<Omit<CacheSettings, "maxBytes" | "copies">>;

const defaults: Required<CacheSettings> = {
  maxBytes: 64 * 2 ** 20,
  ttl: 60,
  grace: 0,
  copies: false,
  loadTimeout: 30,
};

/** A year; longer is a mistake, such as milliseconds. */
const mostSeconds = 366 * 24 * 3600;

/** Throws SPILLWAY_CACHE_SETTING. */
export function cacheSettings(given: CacheSettings): Required<CacheSettings> {
  const unknown = Object.keys(given).find((key) => !(key in defaults));
  if (unknown !== undefined) throw invalid(unknown, "unknown", `one of ${Object.keys(defaults).join(", ")}`);
  const settings = { ...defaults, ...given };
  for (const key of ["ttl", "grace", "loadTimeout"] as const) checkSeconds(key, settings[key]);
  if (typeof settings.copies !== "boolean") throw invalid("copies", settings.copies, "true or false");
  if (!Number.isInteger(settings.maxBytes) || settings.maxBytes < 1)
    throw invalid("maxBytes", settings.maxBytes, "a whole number of bytes above 0");
  return settings;
}

/** Throws SPILLWAY_CACHE_SETTING for a time that cannot be. */
export function checkSeconds(setting: string, value: unknown): void {
  if (typeof value === "number" && value >= 0 && value <= mostSeconds) return;
  throw invalid(setting, value, `seconds from 0 to ${mostSeconds}`);
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
