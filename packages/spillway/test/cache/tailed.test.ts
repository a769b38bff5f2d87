// Postgres, its replica, Redis, the tailer and two processes together: what was committed is never missed.

import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { type Cluster, startCluster } from "../../../../testing/postgres-cluster.ts";
import { type RedisNode, startRedis } from "../../../../testing/redis-node.ts";
import { type Cache, createCache } from "../../src/cache/index.ts";
import { causalityToken, runInScope } from "../../src/coherence/index.ts";
import { logs } from "../../src/coherence/log.ts";
import { SpillwayPool, startTailer, type Tailer } from "../../src/database/index.ts";
import { waitUntil } from "../wait.ts";

let cluster: Cluster;
let redis: RedisNode;
let pool: SpillwayPool;
let tailer: Tailer;
let caches: [Cache, Cache];
let count = 0;

beforeAll(async () => {
  process.env["SPILLWAY_SECRET"] = "sixteen letters!";
  [cluster, redis] = await Promise.all([
    startCluster({ replicas: 1, settings: { wal_level: "logical" } }),
    startRedis(),
  ]);
  await cluster.primary.query("ALTER ROLE app REPLICATION");
  pool = new SpillwayPool({ connectionString: cluster.primary.url, replicas: [cluster.replicas[0]!.url] });
  await pool.query("CREATE TABLE item (id int PRIMARY KEY, value int)");
  await pool.query("INSERT INTO item VALUES (1, 0)");
});

afterAll(async () => {
  delete process.env["SPILLWAY_SECRET"];
  await pool.end();
  await Promise.all([cluster.stop(), redis.remove()]);
});

beforeEach(async () => {
  await redis.cli("flushall");
  const open = (): Cache => createCache({ redis: `${redis.url}/0?process=${count++}` });
  caches = [open(), open()];
  tailer = startTailer(pool, { rules: { item: (row) => [`item:${row["id"]}`] } });
  await tailer.check();
  await Promise.all(caches.map((cache) => read(cache)));
  // Only then is it known that what Redis is not told will be repeated.
  await waitUntil(() => [...logs].every((log) => log.isTailed("main")), "the tailer to be known");
});

afterEach(async () => {
  redis.thaw();
  await tailer.stop();
  await Promise.all(caches.map((cache) => cache.close()));
});

async function load(): Promise<number> {
  const { rows } = await pool.query<{ value: number }>("SELECT value FROM item WHERE id = 1");
  return rows[0]!.value;
}

/** As a stranger, or as who bears `token`. */
function read(cache: Cache, token?: string): Promise<number> {
  return runInScope(() => cache.getOrSet("item", load, { tags: ["item:1"] }), { token });
}

/** Resolves to the token of the writer's answer. */
function write(value: number): Promise<string | undefined> {
  return runInScope(async () => {
    await pool.transaction(async (tx) => {
      await tx.query("UPDATE item SET value = $1", [value]);
      tx.invalidate("item:1");
    });
    return causalityToken();
  });
}

/** What everybody reads, once all have read `value`, or when that takes too long. */
async function everywhere(value: number): Promise<number[]> {
  const values = (): Promise<number[]> => Promise.all(caches.map((cache) => read(cache)));
  await waitUntil(async () => (await values()).every((one) => one === value), `all to read ${value}`);
  return await values();
}

it("repeats a commit whose process died before it could tell anyone", async () => {
  // As such a process leaves it: committed with its message, and announced to no log.
  const message = JSON.stringify({ id: "of the dead", tags: ["item:1"] });
  await cluster.primary.query(
    `BEGIN; UPDATE item SET value = 10; SELECT pg_logical_emit_message(true, 'spillway', '${message}'); COMMIT`,
  );
  expect(await everywhere(10)).toEqual([10, 10]);
});

it("sees what somebody writes by hand", async () => {
  await cluster.primary.query("UPDATE item SET value = 20");
  expect(await everywhere(20)).toEqual([20, 20]);
});

it("fills no cache from a replica that lacks what was invalidated, 0 of 50 stale", async () => {
  await cluster.replicas[0]!.pauseReplay();
  let stale = 0;
  for (let value = 100; value < 150; value++) {
    const token = await write(value);
    for (const cache of caches) if ((await read(cache, token)) !== value) stale++;
  }
  expect(stale).toBe(0);
  // The replica still answers strangers to all this: what holds them is the fence.
  expect(runInScope(() => pool.explain("SELECT value FROM item").role)).toBe("replica");
  await cluster.replicas[0]!.resumeReplay();
});

it("acknowledges while Redis is frozen, and serves its writer nothing older anywhere", async () => {
  redis.freeze();
  const token = await write(200);
  for (const cache of caches) expect(await read(cache, token)).toBe(200);
  // In the process that wrote also to those who bear no token.
  expect(await read(caches[0])).toBe(200);
  redis.thaw();
  expect(await everywhere(200)).toEqual([200, 200]);
  // Once the tailer has repeated it, the bearer is served from the caches again.
  await waitUntil(async () => {
    await read(caches[1], token);
    return caches[1].peek("item") === 200;
  }, "the caches to be filled again");
});

it("serves nothing of before when Redis comes back empty after a commit that it never heard of", async () => {
  await redis.kill();
  const token = await write(300);
  await redis.start();
  for (const cache of caches) expect(await read(cache, token)).toBe(300);
  expect(await everywhere(300)).toEqual([300, 300]);
});

it("begins a new epoch when the primary was lost, and serves nothing that was lost with it", async () => {
  const epoch = (): Promise<string> => redis.cli("hget", "spillway:{log}:meta", "epoch");
  await write(400);
  await cluster.waitForCatchup();
  // The replica receives nothing of this one: it will be lost.
  await cluster.replicas[0]!.kill();
  await write(401);
  for (const cache of caches) expect(await read(cache)).toBe(401);
  const before = await epoch();
  await cluster.primary.kill();
  await cluster.replicas[0]!.start();
  await cluster.replicas[0]!.promote();
  await waitUntil(async () => (await epoch()) !== before, "the new epoch");
  expect(await everywhere(400)).toEqual([400, 400]);
});
