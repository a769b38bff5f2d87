// What Next.js gives to its cache handlers and wants from them, as far as it is touched (next/dist/server/lib/
// incremental-cache and cache-handlers/types, 16.2 to 16.4). Its own types are not imported: an app need not have them.

export interface CacheControl {
  revalidate?: number | false;
  expire?: number | undefined;
}

export interface Durations {
  expire?: number | undefined;
}

/** A page, a route handler's answer, a fetch, an image. */
export interface IncrementalValue {
  kind: string;
  headers?: Record<string, unknown>;
  tags?: readonly string[];
  revalidate?: number;
}

export interface GetContext {
  kind: string;
  revalidate?: number | false;
  tags?: readonly string[];
  softTags?: readonly string[];
  isFallback?: boolean;
  isRoutePPREnabled?: boolean;
}

export interface SetContext {
  fetchCache?: boolean;
  tags?: readonly string[];
  cacheControl?: CacheControl;
}

export interface IncrementalEntry {
  lastModified: number;
  value: IncrementalValue | null;
  cacheControl?: CacheControl;
}

/** `cacheHandler`: Next.js makes many of them. */
export interface IncrementalHandler {
  get(key: string, context: GetContext): Promise<IncrementalEntry | null>;
  set(key: string, data: IncrementalValue | null, context: SetContext): Promise<void>;
  revalidateTag(tags: string | string[], durations?: Durations): Promise<void>;
  resetRequestCache(): void;
}

/** A value of `use cache`; all times in seconds but `timestamp`, in milliseconds. */
export interface UseCacheEntry {
  value: ReadableStream<Uint8Array>;
  tags: string[];
  stale: number;
  timestamp: number;
  expire: number;
  revalidate: number;
}

/** One of `cacheHandlers`. */
export interface UseCacheHandler {
  get(key: string, softTags: string[]): Promise<UseCacheEntry | undefined>;
  set(key: string, pending: Promise<UseCacheEntry>): Promise<void>;
  refreshTags(): Promise<void>;
  getExpiration(tags: string[]): Promise<number>;
  updateTags(tags: string[], durations?: Durations): Promise<void>;
}

/** What Next.js makes a handler with. */
interface IncrementalContext {
  /** `.next/server`. */
  serverDistDir?: string;
}

/** What the preload or the adapter offers to the handler files in an app. */
export interface NextRuntime {
  /** `own` makes Next.js's own handler, in whose stead it is. */
  incremental(context: IncrementalContext, own: (context: object) => IncrementalHandler): IncrementalHandler;
  useCache: UseCacheHandler;
}
