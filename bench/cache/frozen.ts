// A cold get whose loader takes 20 ms, while Redis is frozen: what it takes beyond that.

import { setTimeout as sleep } from "node:timers/promises";
import { type Cache, createCache } from "../../packages/spillway/src/cache/index.ts";
import { waitUntil } from "../../packages/spillway/test/wait.ts";
import type { RedisNode } from "../../testing/redis-node.ts";
import { rounded } from "../database/race.ts";
import { milliseconds, progress } from "./measure.ts";
import { openPeers } from "./open-peers.ts";
import { value } from "./value.ts";

const repetitions = 8;
const peerCapMs = 2_000;
/** By then nothing that this process has followed is trusted any more. */
const longMs = 2_200;

export async function frozen(redis: RedisNode): Promise<Record<string, number>> {
  progress("a frozen Redis");
  try {
    return { frozenExtraMs: rounded(await worstOfOurs(redis)), ...(await peersOf(redis)) };
  } finally {
    redis.thaw();
  }
}

/** Milliseconds beyond the loader's own, which count by the clock: its timer is late as well. */
async function extra(getOrSet: (load: () => Promise<unknown>) => Promise<unknown>): Promise<number> {
  let loading = 0;
  const load = async (): Promise<unknown> => {
    loading = await milliseconds(() => sleep(20));
    return value;
  };
  return (await milliseconds(() => getOrSet(load))) - loading;
}

async function worstOfOurs(redis: RedisNode): Promise<number> {
  await using opened = new AsyncDisposableStack();
  const cache = createCache({ redis: redis.url });
  opened.defer(() => cache.close());
  const cold = (key: string): Promise<number> => extra((load) => cache.getOrSet(key, load, { tags: ["t"] }));
  const all: number[] = [];
  for (let index = 0; index < repetitions; index++) {
    await isBack(cache);
    redis.freeze();
    // At once, when it is known to be away, and, twice, when it has been for long.
    all.push(await cold(`at once ${index}`), await cold(`then ${index}`));
    if (index < 2) {
      await sleep(longMs);
      all.push(await cold(`long after ${index}`));
    }
    redis.thaw();
  }
  await isBack(cache);
  return Math.max(...all);
}

async function isBack(cache: Cache): Promise<void> {
  const works = async (): Promise<boolean> => {
    await cache.check();
    await cache.set("sign of life", 1);
    return cache.peek("sign of life") === 1;
  };
  await waitUntil(works, "Redis to be back");
}

/** All in the same freeze. What hangs longer counts as the cap. */
async function peersOf(redis: RedisNode): Promise<Record<string, number>> {
  await using opened = new AsyncDisposableStack();
  const loaders = new Map<string, () => Promise<unknown>>();
  const load = async (key: string): Promise<unknown> => (await loaders.get(key)?.()) ?? value;
  const theirs = await openPeers({ url: redis.url, tiers: "both", load, opened });
  redis.freeze();
  const gets = theirs.map(({ name, getOrSet }) => {
    const key = `${name}:cold`;
    return extra((loader) => {
      loaders.set(key, loader);
      return getOrSet(key);
    });
  });
  const capped = gets.map((get) => Promise.race([get, sleep(peerCapMs, peerCapMs)]));
  const found = await Promise.all(capped);
  redis.thaw();
  // What hung goes on now, and would connect anew after the end.
  await Promise.all(gets);
  return Object.fromEntries(
    theirs.map(({ name }, index) => [`frozenExtraMs:${name}`, rounded(found[index]!)]),
  );
}
