// How much memory a million invalidations of different tags take, in Redis and in a process that follows.

import { type Cache, createCache } from "../../packages/spillway/src/cache/index.ts";
import type { RedisNode } from "../../testing/redis-node.ts";
import { rounded } from "../database/race.ts";
import { startChildren } from "./children.ts";
import { progress } from "./measure.ts";

const batch = 500;
const tags = 1_000_000;
const looks = 10;
const mb = 1e6;
/** Seconds: others use the machine too, and every invalidation has to come through. */
const patience = 1;

/** The most at any look: both forget from time to time. */
export async function growth(redis: RedisNode): Promise<Record<string, number>> {
  progress("memory of a million tags");
  await using opened = new AsyncDisposableStack();
  const cache = createCache({ redis: redis.url, redisTimeout: patience });
  opened.defer(() => cache.close());
  const [follower] = startChildren(1, opened);
  await follower!.run("follow", redis.url);
  const look = async (index: number): Promise<{ redis: number; heap: number }> => {
    await cache.invalidate({ tags: [`mark:${index}`] });
    return { heap: await follower!.run("heapOnceEnded", `mark:${index}`), redis: await usedBy(redis) };
  };
  const before = await look(0);
  const after = [];
  for (let index = 1; index <= looks; index++) {
    await invalidateMany(cache, index);
    after.push(await look(index));
  }
  return {
    memoryMbPerMillionTags: rounded((Math.max(...after.map((one) => one.redis)) - before.redis) / mb),
    heapMbPerMillionTags: rounded((Math.max(...after.map((one) => one.heap)) - before.heap) / mb),
  };
}

async function invalidateMany(cache: Cache, part: number): Promise<void> {
  for (let done = 0; done < tags / looks; done += batch)
    await cache.invalidate({
      tags: Array.from({ length: batch }, (_, index) => `product:${part}:${done + index}`),
    });
}

async function usedBy(redis: RedisNode): Promise<number> {
  return Number(/^used_memory:(\d+)/m.exec(await redis.cli("info", "memory"))![1]);
}
