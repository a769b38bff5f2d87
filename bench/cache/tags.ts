// How long it takes to invalidate a tag, by how many keys have it.

import { createCache } from "../../packages/spillway/src/cache/index.ts";
import { rounded } from "../database/race.ts";
import { forEach, milliseconds, progress, quantile } from "./measure.ts";
import { type Tagged, tagPeers } from "./tag-peers.ts";
import { load } from "./value.ts";
import { withRedis } from "./with-redis.ts";

const thousand = 1_000;
const million = thousand * thousand;
const sizes = [thousand, 100 * thousand, million] as const;
/** Of each size as many tags, all different: what was invalidated before must not make the next one cheap. */
const repetitions = 11;
const warmUps = 50;
/** Seconds: others use the machine too, and every key has to be filled. */
const patience = 1;

type Times = Map<number, number>;

export async function tagTimes(): Promise<Record<string, number>> {
  progress("a tag of a million keys");
  const ours = await withRedis(({ url }, opened) => timesOfOurs(url, opened));
  const figures: Record<string, number> = {
    tagInvalidate1mVs1k: ratio(ours, million),
    tagInvalidate100kVs1k: ratio(ours, 100 * thousand),
  };
  for (const [name, open] of Object.entries(tagPeers)) {
    progress(`a tag of 100,000 keys: ${name}`);
    const times = await withRedis(({ url }, opened) => timesOf(open(url, opened)));
    figures[`tagInvalidate100kVs1k:${name}`] = ratio(times, 100 * thousand);
  }
  return figures;
}

function ratio(times: Times, size: number): number {
  return rounded(times.get(size)! / times.get(thousand)!);
}

async function timesOfOurs(url: string, opened: AsyncDisposableStack): Promise<Times> {
  // None in memory, where they would only push each other out.
  const cache = createCache({ redis: url, ttl: 3_600, redisTimeout: patience, maxBytes: 0 });
  opened.defer(() => cache.close());
  const bySize = sizes.map((size) => Array.from({ length: repetitions }, (_, index) => `${size}:${index}`));
  const cumulated = bySize.map((_, index) => bySize.slice(index).flat());
  await forEach(million, (index) => {
    const tags = cumulated[sizes.findIndex((size) => index < size)]!;
    return cache.getOrSet(`product:${index}`, load, { tags });
  });
  const invalidate = (tag: string): Promise<void> => cache.invalidate({ tags: [tag] });
  return await measure({ sizes, repetitions, invalidate });
}

async function timesOf({ set, invalidate, repetitions: count }: Tagged): Promise<Times> {
  const both = [thousand, 100 * thousand] as const;
  for (const size of both) await forEach(size, (index) => set(`product:${size}:${index}`, `${size}:0`));
  // A peer's second time is of keys that are old already: of all of them that look at keys, only the first counts.
  return await measure({
    sizes: both,
    repetitions: count,
    invalidate: (tag) => invalidate(tag.replace(/:.*/, ":0")),
  });
}

interface Measured {
  sizes: readonly number[];
  repetitions: number;
  invalidate: (tag: string) => Promise<unknown>;
}

/** Medians of milliseconds, of sizes that take turns. */
async function measure({ sizes: all, repetitions: count, invalidate }: Measured): Promise<Times> {
  for (let index = 0; index < warmUps; index++) await invalidate(`warm ${index}`);
  const times = all.map((size) => ({ size, taken: [] as number[] }));
  for (let index = 0; index < count; index++)
    for (const { size, taken } of index % 2 === 0 ? times : times.toReversed())
      taken.push(await milliseconds(() => invalidate(`${size}:${index}`)));
  return new Map(times.map(({ size, taken }) => [size, quantile(taken, 0.5)]));
}
