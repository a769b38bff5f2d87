// What ending a tag takes, of ten thousand entries and of ten, until every process that follows the log knows of it.

import { createValueStore } from "../../packages/spillway/src/cache/open.ts";
import { startRedis } from "../../testing/redis-node.ts";
import { forEach, progress, quantile } from "../cache/measure.ts";

const rounds = 20;

export async function revalidations(): Promise<Record<string, number>> {
  progress("10,000 entries");
  await using opened = new AsyncDisposableStack();
  const redis = opened.adopt(await startRedis(), (node) => node.remove());
  const store = opened.adopt(createValueStore({ redis: redis.url }), (one) => one.close());
  const timed = async (tag: string, entries: number): Promise<number> => {
    const took: number[] = [];
    for (let round = 0; round < rounds; round++) {
      await forEach(
        entries,
        async (index) => {
          const key = `${tag}-${index}`;
          await store.find(key, [], () => false);
          await store.put(key, index, { tags: [tag], stamp: await store.begin(), ttlMs: 60_000 });
        },
        64,
      );
      const began = performance.now();
      await store.invalidate([tag]);
      took.push(performance.now() - began);
    }
    return quantile(took, 0.5);
  };
  return { revalidate10Ms: await timed("few", 10), revalidate10kMs: await timed("many", 10_000) };
}
