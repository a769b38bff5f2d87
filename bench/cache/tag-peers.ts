// Those of the peers that have tags, or something like them.

import { createStorage } from "async-cache-dedupe";
import { BentoCache, bentostore } from "bentocache";
import { redisDriver } from "bentocache/drivers/redis";
import { Cacheable } from "cacheable";
import { RedisGroupCache } from "layered-loader";
import { openIoredis, openRedisKeyv, ttlMs } from "./peers.ts";
import { value } from "./value.ts";

export interface Tagged {
  set: (key: string, tag: string) => Promise<unknown>;
  invalidate: (tag: string) => Promise<unknown>;
  repetitions: number;
}

type Open = (url: string, opened: AsyncDisposableStack) => Tagged;

export const tagPeers: Readonly<Record<string, Open>> = {
  bentocache: openBentocache,
  cacheable: openCacheable,
  "layered-loader": openLayered,
  "async-cache-dedupe": openDedupe,
};

/** Of those that mark a tag and look at no key. */
const repetitions = 25;

function openBentocache(url: string, opened: AsyncDisposableStack): Tagged {
  const store = bentostore().useL2Layer(redisDriver({ connection: openIoredis(url, opened) }));
  const bento = new BentoCache({ default: "only", ttl: ttlMs, stores: { only: store } });
  opened.defer(() => bento.disconnectAll());
  return {
    set: (key, tag) => bento.set({ key, value, tags: [tag] }),
    invalidate: (tag) => bento.deleteByTag({ tags: [tag] }),
    repetitions,
  };
}

function openCacheable(url: string, opened: AsyncDisposableStack): Tagged {
  const cache = new Cacheable({ primary: openRedisKeyv(url, opened) as never, tags: true, ttl: ttlMs });
  return {
    set: (key, tag) => cache.set(key, value, { tags: [tag] }),
    invalidate: (tag) => cache.tags.invalidateTag(tag),
    repetitions,
  };
}

function openLayered(url: string, opened: AsyncDisposableStack): Tagged {
  const client = openIoredis(url, opened) as never;
  const cache = new RedisGroupCache<unknown>(client, {
    json: true,
    ttlInMsecs: ttlMs,
    groupTtlInMsecs: ttlMs,
  });
  return {
    set: (key, group) => cache.setForGroup(key, value, group),
    invalidate: (group) => cache.deleteGroup(group),
    repetitions,
  };
}

/** It takes seconds, and removes the keys: once is all there is. */
function openDedupe(url: string, opened: AsyncDisposableStack): Tagged {
  const client = openIoredis(url, opened) as never;
  const storage = createStorage("redis", { client, invalidation: true });
  return {
    set: (key, tag) => storage.set(key, JSON.stringify(value), ttlMs / 1_000, [tag]),
    invalidate: (tag) => storage.invalidate([tag]),
    repetitions: 1,
  };
}
