// The cache beside its peers, on real servers: what hits and misses cost, loads of many processes, invalidations by
// tag, a Redis that hangs, how soon the others know of a commit, and memory. Ratios are of slices that took turns.

import { randomBytes } from "node:crypto";
import { startCluster } from "../testing/postgres-cluster.ts";
import { coldLoads } from "./cache/cold.ts";
import { freshness } from "./cache/fresh.ts";
import { frozen } from "./cache/frozen.ts";
import { growth } from "./cache/growth.ts";
import { memoryHits } from "./cache/memory-hits.ts";
import { redisHits } from "./cache/redis-hits.ts";
import { tagTimes } from "./cache/tags.ts";
import { withRedis } from "./cache/with-redis.ts";

type Figures = Record<string, number>;

export async function run(): Promise<Figures> {
  process.env["SPILLWAY_SECRET"] ??= randomBytes(16).toString("hex");
  return {
    ...(await withRedis(({ url }) => memoryHits(url))),
    ...(await withRedis(({ url }) => redisHits(url))),
    ...(await withRedis(({ url }) => coldLoads(url))),
    ...(await tagTimes()),
    ...(await withRedis((redis) => frozen(redis))),
    ...(await withRedis(({ url }) => fresh(url))),
    ...(await withRedis((redis) => growth(redis))),
  };
}

async function fresh(redis: string): Promise<Figures> {
  // A commit that need not reach the disk would be no commit.
  await using cluster = await startCluster({ replicas: 1, settings: { fsync: "on" } });
  return await freshness(cluster, redis);
}
