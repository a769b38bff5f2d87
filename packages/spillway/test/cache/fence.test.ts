// A cache is not refilled from a replica that lacks what it was invalidated for.

import { afterAll, beforeAll, expect, it } from "vitest";
import { type Cluster, startCluster } from "../../../../testing/postgres-cluster.ts";
import { startRedis } from "../../../../testing/redis-node.ts";
import { createCache } from "../../src/cache/index.ts";
import { runInScope } from "../../src/coherence/index.ts";
import { SpillwayPool } from "../../src/database/index.ts";
import { Stores } from "../next/stores.ts";

let cluster: Cluster;
let pool: SpillwayPool;

beforeAll(async () => {
  cluster = await startCluster({ replicas: 1 });
  pool = new SpillwayPool({ connectionString: cluster.primary.url, replicas: [cluster.replicas[0]!.url] });
  await pool.query("CREATE TABLE product (id int PRIMARY KEY, price int)");
  await pool.query("INSERT INTO product VALUES (1, 0)");
  await cluster.waitForCatchup();
});

afterAll(async () => {
  await pool.end();
  await cluster.stop();
});

async function price(): Promise<number> {
  const { rows } = await pool.query<{ price: number }>("SELECT price FROM product WHERE id = 1");
  return rows[0]!.price;
}

async function replicaIsRead(): Promise<void> {
  const role = (): string => runInScope(() => pool.explain("SELECT price FROM product").role);
  await expect.poll(role, { timeout: 10_000, interval: 10 }).toBe("replica");
}

it("shows every other request the new value, 0 of 100 stale, while the replica lags", async () => {
  const cache = createCache();
  const read = (): Promise<number> =>
    runInScope(() => cache.getOrSet("price", price, { tags: ["product:1"] }));
  await replicaIsRead();
  await cluster.replicas[0]!.pauseReplay();
  try {
    let stale = 0;
    for (let value = 1; value <= 100; value++) {
      await runInScope(async () => {
        await pool.query("UPDATE product SET price = $1", [value]);
        await cache.invalidate({ tags: ["product:1"] });
      });
      if ((await read()) !== value) stale++;
      // Strangers to it all may still read the replica: what holds them is the fence alone.
      expect(runInScope(() => pool.explain("SELECT price FROM product").role)).toBe("replica");
    }
    expect(stale).toBe(0);
  } finally {
    await cluster.replicas[0]!.resumeReplay();
  }
});

it("makes anew from the primary what was let be refreshed for a commit that the replica lacks", async () => {
  const cache = createCache({ grace: 60 });
  const read = (): Promise<number> =>
    runInScope(() => cache.getOrSet("soft", price, { tags: ["product:1"] }));
  await replicaIsRead();
  await read();
  await cluster.replicas[0]!.pauseReplay();
  try {
    for (let value = 500; value < 510; value++) {
      await runInScope(async () => {
        await pool.query("UPDATE product SET price = $1", [value]);
        await cache.expire({ tags: ["product:1"] });
      });
      expect(runInScope(() => pool.explain("SELECT price FROM product").role)).toBe("replica");
      await read();
      await expect.poll(() => cache.peek("soft"), { interval: 1 }).toBe(value);
    }
  } finally {
    await cluster.replicas[0]!.resumeReplay();
  }
});

it.each([
  ["the process that let it be refreshed", 0],
  ["another process", 1],
])("what %s makes anew by itself reads past the commit", async (_who, at) => {
  const redis = await startRedis();
  const stores = new Stores(redis);
  const followed = await stores.follow(2, { redisTimeout: 1 });
  await pool.query("UPDATE product SET price = 600");
  await cluster.waitForCatchup();
  // What they must see of what was before is known to them now.
  for (const store of followed) await store.begin();
  await replicaIsRead();
  await cluster.replicas[0]!.pauseReplay();
  try {
    await runInScope(async () => {
      await pool.query("UPDATE product SET price = 601");
      await followed[0]!.expire(["product:1"]);
    });
    const begun = runInScope(async () => {
      const stamp = await followed[at]!.begin();
      const value = await price();
      return [value, await followed[at]!.put("k", value, { tags: ["product:1"], stamp, ttlMs: 60_000 })];
    });
    expect(await begun).toEqual([601, true]);
  } finally {
    await cluster.replicas[0]!.resumeReplay();
    await stores.close();
    await redis.remove();
  }
});

it("loads once more from the primary what was overtaken by a tag that only the value tells", async () => {
  const cache = createCache();
  await pool.query("UPDATE product SET price = 1000");
  await cluster.waitForCatchup();
  await replicaIsRead();
  await cluster.replicas[0]!.pauseReplay();
  try {
    let overtaken = false;
    const overtakenLoad = async (): Promise<number> => {
      const loaded = await price();
      if (!overtaken) {
        overtaken = true;
        await runInScope(() => pool.query("UPDATE product SET price = 1001"));
        await cache.invalidate({ tags: ["late"] });
      }
      return loaded;
    };
    const value = await runInScope(() => cache.getOrSet("late", overtakenLoad, { tags: () => ["late"] }));
    expect(value).toBe(1001);
    expect(cache.peek("late")).toBe(1001);
  } finally {
    await cluster.replicas[0]!.resumeReplay();
  }
});

it("keeps a request that has written at the primary, also for what its loads read", async () => {
  const cache = createCache();
  await replicaIsRead();
  await cluster.replicas[0]!.pauseReplay();
  try {
    await runInScope(async () => {
      await pool.query("UPDATE product SET price = 2000");
      expect(await cache.getOrSet("own", price)).toBe(2000);
    });
  } finally {
    await cluster.replicas[0]!.resumeReplay();
  }
});
