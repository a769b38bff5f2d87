// A process that follows the log, and what it holds in memory.

import { createCache } from "../../packages/spillway/src/cache/index.ts";
import { waitUntil } from "../../packages/spillway/test/wait.ts";

export const growthJobs = { follow, heapOnceEnded };

let cache: ReturnType<typeof createCache>;

async function follow(url: string): Promise<void> {
  cache = createCache({ redis: url });
  await cache.getOrSet("any", () => 1);
}

/** Keeps a value with `tag` until that is ended, so all that was said before has come. Bytes on the heap then. */
async function heapOnceEnded(tag: string): Promise<number> {
  await waitUntil(() => cache.peek(tag) === undefined, `${tag} to be ended`);
  globalThis.gc!();
  globalThis.gc!();
  await cache.getOrSet(nextOf(tag), () => 1, { tags: [nextOf(tag)] });
  return process.memoryUsage().heapUsed;
}

function nextOf(tag: string): string {
  return `mark:${Number(tag.split(":")[1]) + 1}`;
}
