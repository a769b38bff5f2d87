// spillway/cache: values kept in memory and in Redis, and never served past their invalidation.

export type { RedisClient } from "../redis/adapters.ts";
export type { Cache, EntryOptions, Targets } from "./cache.ts";
export type { ExplainedTag, Explanation } from "./explain.ts";
export { getCached, invalidateCache } from "./helpers.ts";
export type { LoadContext, Loader } from "./load.ts";
export { createCache } from "./open.ts";
export type { CacheSettings } from "./settings.ts";
