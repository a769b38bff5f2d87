// The two helpers that tutorials teach, on a cache that keeps their promises.

import { SpillwayError } from "../errors.ts";
import { processState } from "../process-state.ts";
import type { Cache } from "./cache.ts";
import { createCache } from "./open.ts";

/** The cache of this process for those who make none. */
function shared(): Cache {
  return processState("shared-cache", () => createCache());
}

/**
 * The value of `key`, from the cache or from `fetcher`, which is called by one of many at once. `ttl` is in seconds,
 * default 60. `0`, `''`, `false` and `null` are values like any other.
 */
export function getCached<T>(key: string, fetcher: () => T | Promise<T>, ttl?: number): Promise<T> {
  return shared().getOrSet(key, fetcher, { tags: prefixesOf(key), ...(ttl === undefined ? {} : { ttl }) });
}

/**
 * Ends the value of a key, or with a `*` after a colon the values of all keys that begin so, such as `products:*`;
 * `*` alone ends all. It takes the same time however many they are. Throws SPILLWAY_CACHE_SETTING for any other
 * pattern.
 */
export async function invalidateCache(pattern: string): Promise<void> {
  if (pattern === "*") return shared().clear();
  if (!/[*?[\]]/.test(pattern)) return shared().invalidate({ keys: [pattern] });
  if (/^[^*?[\]]+:\*$/.test(pattern)) return shared().invalidate({ tags: [pattern] });
  throw new SpillwayError("SPILLWAY_CACHE_SETTING", {
    setting: "pattern",
    found: JSON.stringify(pattern),
    expected: "a key, a prefix such as products:*, or *",
  });
}

/** `a:b:c` belongs to `a:*` and `a:b:*`. */
function prefixesOf(key: string): string[] {
  const parts = key.split(":").slice(0, -1);
  return parts.map((_, index) => `${parts.slice(0, index + 1).join(":")}:*`);
}
