// The caches that ours is compared with, each in the fastest setup that its documentation tells of. What they open is
// closed with the stack that they are given.

import { createKeyv as createRedisKeyv } from "@keyv/redis";
import { createCache as createDedupe } from "async-cache-dedupe";
import { BentoCache, bentostore } from "bentocache";
import { memoryDriver } from "bentocache/drivers/memory";
import { redisDriver } from "bentocache/drivers/redis";
import { createCache as createManager } from "cache-manager";
import { Cacheable, createKeyv as createMemoryKeyv } from "cacheable";
import { Redis } from "ioredis";
import { createNotificationPair, Loader, RedisCache } from "layered-loader";

/** Longer than any figure takes. */
export const ttlMs = 3_600_000;

export interface Setup {
  url: string;
  /** Where values are kept. One that has a single tier keeps them in memory for `memory`, else in Redis. */
  tiers: "memory" | "redis" | "both";
  load: (key: string) => Promise<unknown>;
  opened: AsyncDisposableStack;
}

/** The value of `key`, loaded if need be. */
export type GetOrSet = (key: string) => Promise<unknown>;

/** Each with the client that it stands on. */
export const peers = {
  bentocache: { client: "ioredis", open: openBentocache },
  "cache-manager": { client: "node-redis 5", open: openCacheManager },
  cacheable: { client: "node-redis 5", open: openCacheable },
  "async-cache-dedupe": { client: "ioredis", open: openDedupe },
  "layered-loader": { client: "ioredis", open: openLayered },
} as const;

export type PeerName = keyof typeof peers;

export const peerNames: readonly PeerName[] = Object.keys(peers) as PeerName[];

export function openIoredis(url: string, opened: AsyncDisposableStack): Redis {
  const client = new Redis(url);
  client.on("error", () => undefined);
  return opened.adopt(client, (one) => one.disconnect());
}

export function openRedisKeyv(url: string, opened: AsyncDisposableStack): ReturnType<typeof createRedisKeyv> {
  return opened.adopt(createRedisKeyv(url), (keyv) => keyv.disconnect());
}

/** Without its bus, on which it fails when values in memory are not serialized, which is faster. */
function openBentocache({ url, tiers, load, opened }: Setup): GetOrSet {
  const second = bentostore().useL2Layer(redisDriver({ connection: openIoredis(url, opened) }));
  const store =
    tiers === "redis" ? second : second.useL1Layer(memoryDriver({ maxItems: 100_000, serialize: false }));
  const bento = new BentoCache({ default: "only", ttl: ttlMs, stores: { only: store } });
  opened.defer(() => bento.disconnectAll());
  return (key) => bento.getOrSet({ key, factory: () => load(key) });
}

function openCacheManager({ url, tiers, load, opened }: Setup): GetOrSet {
  const second = openRedisKeyv(url, opened);
  const stores = tiers === "redis" ? [second] : [createMemoryKeyv({ useClone: false }), second];
  const cache = createManager({ stores: stores as never, ttl: ttlMs });
  return (key) => cache.wrap(key, () => load(key));
}

function openCacheable({ url, tiers, load, opened }: Setup): GetOrSet {
  const second = openRedisKeyv(url, opened);
  const stores =
    tiers === "redis"
      ? { primary: second }
      : { primary: createMemoryKeyv({ useClone: false }), secondary: second };
  const cache = new Cacheable({ ...(stores as object), ttl: ttlMs });
  return (key) => cache.getOrSet(key, () => load(key));
}

/** It has one tier. */
function openDedupe({ url, tiers, load, opened }: Setup): GetOrSet {
  const storage =
    tiers === "memory"
      ? ({ type: "memory", options: { size: 100_000 } } as const)
      : ({ type: "redis", options: { client: openIoredis(url, opened) as never } } as const);
  const cache = createDedupe({ ttl: ttlMs / 1_000, storage }).define("value", (key: string) => load(key));
  return (key) => cache.value(key);
}

function openLayered({ url, tiers, load, opened }: Setup): GetOrSet {
  const client = openIoredis(url, opened);
  const first = {
    inMemoryCache: { ttlInMsecs: ttlMs, maxItems: 100_000 },
    ...notifications(url, opened),
  };
  const loader = new Loader<unknown>({
    ...(tiers === "redis" ? {} : first),
    asyncCache: new RedisCache(client, { json: true, ttlInMsecs: ttlMs }),
    dataSourceGetOneFn: load,
  });
  return (key) => loader.get(key);
}

function notifications(url: string, opened: AsyncDisposableStack): object {
  const [publisherRedis, consumerRedis] = [openIoredis(url, opened), openIoredis(url, opened)];
  const pair = createNotificationPair<unknown>({
    channel: "invalidated",
    publisherRedis,
    consumerRedis,
  });
  return { notificationPublisher: pair.publisher, notificationConsumer: pair.consumer };
}
