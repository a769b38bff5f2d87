// What ending a tag takes, of ten thousand entries and of ten: until every process that follows the log knows of it, and
// until the handler of others, which follows none, has done what it does in Redis.

import createRedisHandler from "@fortedigital/nextjs-cache-handler/redis-strings";
import { createClient } from "@redis/client";
import { createValueStore } from "../../packages/spillway/src/cache/open.ts";
import { startRedis } from "../../testing/redis-node.ts";
import { forEach, milliseconds, progress, quantile } from "../cache/measure.ts";
import { inTurn } from "./places.ts";

const rounds = 20;

/** A cache whose entries have tags. */
interface Tagged {
  put: (key: string, tag: string) => Promise<unknown>;
  end: (tag: string) => Promise<unknown>;
}

export async function revalidations(): Promise<Record<string, number>> {
  await using opened = new AsyncDisposableStack();
  const caches = [
    { prefix: "revalidate", cache: await openOurs(opened) },
    { prefix: "handlerRevalidate", cache: await openHandler(opened) },
  ];
  const figures: Record<string, number> = {};
  for (const [size, entries] of [["10", 10] as const, ["10k", 10_000] as const]) {
    progress(`${entries} entries`);
    const took = caches.map(({ prefix, cache }) => ({ prefix, cache, all: [] as number[] }));
    for (let round = 0; round < rounds; round++)
      for (const { cache, all } of inTurn(took, round)) all.push(await ending(cache, size, entries));
    for (const { prefix, all } of took) figures[`${prefix}${size}Ms`] = quantile(all, 0.5);
  }
  return figures;
}

async function ending({ put, end }: Tagged, tag: string, entries: number): Promise<number> {
  await forEach(entries, (index) => put(`${tag}-${index}`, tag), 64);
  return await milliseconds(() => end(tag));
}

async function openOurs(opened: AsyncDisposableStack): Promise<Tagged> {
  const redis = opened.adopt(await startRedis(), (node) => node.remove());
  const store = opened.adopt(createValueStore({ redis: redis.url }), (one) => one.close());
  return {
    put: async (key, tag) => {
      await store.find(key, [], () => false);
      await store.put(key, key, { tags: [tag], stamp: await store.begin(), ttlMs: 60_000 });
    },
    end: (tag) => store.invalidate([tag]),
  };
}

async function openHandler(opened: AsyncDisposableStack): Promise<Tagged> {
  const redis = opened.adopt(await startRedis(), (node) => node.remove());
  const client = opened.adopt(createClient({ url: redis.url }), (one) => one.destroy());
  client.on("error", () => undefined);
  await client.connect();
  const handler = createRedisHandler({ client, keyPrefix: "nextjs:" });
  return {
    put: (key, tag) => {
      const now = Date.now();
      const expireAt = Math.floor(now / 1_000) + 60;
      return handler.set(key, {
        lastModified: now,
        tags: [tag],
        lifespan: {
          lastModifiedAt: Math.floor(now / 1_000),
          staleAt: expireAt,
          expireAt,
          staleAge: 60,
          expireAge: 60,
          revalidate: 60,
        },
        value: { kind: "REDIRECT", props: { key } } as never,
      });
    },
    end: (tag) => handler.revalidateTag(tag),
  };
}
