// The cache handler of others: @fortedigital/nextjs-cache-handler 3.3.0 (August 2026), set up as its documentation says
// for production, without the tier that only its tag "memory-cache" would use. Of those that say they fit Next.js 16 it is
// the one most used, 250,000 times a week; @trieb.work/nextjs-turbo-redis-cache, a month younger, is at 17,000 and needs
// a Redis client of 2024, and @neshca/cache-handler, from which this one was made, ends at Next.js 14.

import { CacheHandler } from "@fortedigital/nextjs-cache-handler";
import createLruHandler from "@fortedigital/nextjs-cache-handler/local-lru";
import createRedisHandler from "@fortedigital/nextjs-cache-handler/redis-strings";
import { createClient } from "@redis/client";

/** @type {ReturnType<typeof open> | undefined} */
let opened;

CacheHandler.onCreation(() => (opened ??= open()));

async function open() {
  if (process.env["NEXT_PHASE"] === "phase-production-build") return { handlers: [createLruHandler()] };
  const client = createClient({ url: process.env["REDIS_URL"] ?? "", pingInterval: 10_000 });
  client.on("error", () => undefined);
  await client.connect();
  return { handlers: [createRedisHandler({ client, keyPrefix: "nextjs:" })] };
}

export default CacheHandler;
