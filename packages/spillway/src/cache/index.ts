// spillway/cache: values kept in memory, and never served past their invalidation.

export { type Cache, createCache, type EntryOptions, type Targets } from "./cache.ts";
export { getCached, invalidateCache } from "./helpers.ts";
export type { LoadContext, Loader } from "./loads.ts";
export type { CacheSettings } from "./settings.ts";
