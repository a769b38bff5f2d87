// What a transaction invalidates ends with its commit: not before it, never without it.

import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type Cluster, startCluster } from "../../../../testing/postgres-cluster.ts";
import { type Cache, createCache } from "../../src/cache/index.ts";
import { runInScope } from "../../src/coherence/index.ts";
import { SpillwayPool } from "../../src/database/index.ts";

let cluster: Cluster;
let pool: SpillwayPool;
let cache: Cache;

beforeAll(async () => {
  cluster = await startCluster({ replicas: 1 });
  pool = new SpillwayPool({ connectionString: cluster.primary.url, replicas: [cluster.replicas[0]!.url] });
  await pool.query("CREATE TABLE product (id int PRIMARY KEY, price int)");
  await pool.query("INSERT INTO product VALUES (1, 0)");
});

beforeEach(async () => {
  cache = createCache();
  await pool.query("UPDATE product SET price = 0");
  await cluster.waitForCatchup();
  await read();
});

afterAll(async () => {
  await pool.end();
  await cluster.stop();
});

async function load(): Promise<number> {
  const { rows } = await pool.query<{ price: number }>("SELECT price FROM product WHERE id = 1");
  return rows[0]!.price;
}

function read(): Promise<number> {
  return runInScope(() => cache.getOrSet("price", load, { tags: ["product:1"] }));
}

it("shows the new value to everyone once it is acknowledged, 0 of 50 stale with a lagging replica", async () => {
  await cluster.replicas[0]!.pauseReplay();
  try {
    let stale = 0;
    for (let value = 1; value <= 50; value++) {
      await runInScope(() =>
        pool.transaction(async (tx) => {
          await tx.query("UPDATE product SET price = $1", [value]);
          tx.invalidate("product:1");
        }),
      );
      if ((await read()) !== value) stale++;
    }
    expect(stale).toBe(0);
  } finally {
    await cluster.replicas[0]!.resumeReplay();
  }
});

it("leaves what is cached alone until the commit, and when there is none", async () => {
  await pool.transaction(async (tx) => {
    await tx.query("UPDATE product SET price = 5");
    tx.invalidate("product:1");
    expect(runInScope(() => cache.peek("price"))).toBe(0);
    expect(cache.peek("price")).toBeUndefined();
  });
  expect(cache.peek("price")).toBeUndefined();
  await read();
  const connections = pool.totalCount;
  const broken = pool.transaction(async (tx) => {
    await tx.query("UPDATE product SET price = 6");
    tx.invalidate("product:1");
    throw new Error("changed my mind");
  });
  await expect(broken).rejects.toThrow("changed my mind");
  // Rolled back, not thrown away with its connection.
  expect(pool.totalCount).toBe(connections);
  expect(cache.peek("price")).toBe(5);
  expect(await load()).toBe(5);
});

it("writes the tags into the log of the same transaction, and none for one that was rolled back", async () => {
  await cluster.primary.query("SELECT pg_create_logical_replication_slot('spy', 'test_decoding')");
  await pool.transaction(async (tx) => tx.invalidate("a", "b"));
  await pool
    .transaction(async (tx) => {
      tx.invalidate("never");
      await tx.query("SELECT 1 / 0");
    })
    .catch(() => undefined);
  const { rows } = await cluster.primary.query<{ data: string }>(
    "SELECT data FROM pg_logical_slot_get_changes('spy', NULL, NULL) WHERE data LIKE 'message:%'",
  );
  await cluster.primary.query("SELECT pg_drop_replication_slot('spy')");
  expect(rows).toHaveLength(1);
  expect(rows[0]!.data).toMatch(/prefix: spillway, sz: \d+ content:{"id":"[\w-]{16}","tags":\["a","b"\]}/);
});

it("neither serves nor keeps anything inside a transaction", async () => {
  await pool.transaction(async (tx) => {
    await tx.query("UPDATE product SET price = 7");
    const inside = async (): Promise<number> => (await tx.query("SELECT price FROM product")).rows[0].price;
    expect(await cache.getOrSet("price", inside)).toBe(7);
    expect(await cache.getOrSet("other", inside)).toBe(7);
  });
  expect(cache.peek("price")).toBe(0);
  expect(cache.peek("other")).toBeUndefined();
});

it("reads past a replica that lacks what only the value tells that it depends on", async () => {
  await cluster.replicas[0]!.pauseReplay();
  try {
    await pool.transaction(async (tx) => {
      await tx.query("UPDATE product SET price = 77");
      tx.invalidate("late");
    });
    const inside = runInScope(() =>
      pool.transaction(() => cache.getOrSet("apart", load, { tags: () => ["late"] })),
    );
    expect(await inside).toBe(77);
  } finally {
    await cluster.replicas[0]!.resumeReplay();
  }
});

it("says so when a statement had failed and the work went on", async () => {
  const silent = pool.transaction(async (tx) => {
    await tx.query("SELECT nonsense").catch(() => undefined);
    tx.invalidate("product:1");
  });
  await expect(silent).rejects.toMatchObject({ code: expect.stringMatching(/ROLLED_BACK|25P02/) });
  const untagged = pool.transaction(async (tx) => {
    await tx.query("SELECT nonsense").catch(() => undefined);
  });
  await expect(untagged).rejects.toMatchObject({ code: "SPILLWAY_DATABASE_ROLLED_BACK" });
  expect(cache.peek("price")).toBe(0);
});

it("ends what it may have ended when the connection is lost in the commit", async () => {
  await cluster.primary.query(
    `CREATE FUNCTION pause() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(30); RETURN NULL; END'`,
  );
  await cluster.primary.query(
    "CREATE CONSTRAINT TRIGGER slow AFTER UPDATE ON product DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION pause()",
  );
  try {
    const committing = pool.transaction(async (tx) => {
      await tx.query("UPDATE product SET price = 8");
      tx.invalidate("product:1");
    });
    const lost = committing.catch((error: unknown) => error);
    await expect.poll(() => kill("COMMIT")).toBe(1);
    expect(await lost).toMatchObject({ code: "57P01" });
    expect(cache.peek("price")).toBeUndefined();
  } finally {
    await cluster.primary.query("DROP TRIGGER slow ON product; DROP FUNCTION pause()");
  }
});

async function kill(query: string): Promise<number> {
  const ask = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'active' AND query = $1";
  return (await cluster.primary.query(ask, [query])).rows.length;
}

it("runs at the isolation that is asked for, and gives its connection back", async () => {
  const level = await pool.transaction(
    async (tx) => (await tx.query("SHOW transaction_isolation")).rows[0].transaction_isolation as string,
    { isolation: "serializable" },
  );
  expect(level).toBe("serializable");
  expect(pool.totalCount - pool.idleCount).toBe(0);
  const other = new Client({ connectionString: cluster.primary.url });
  await other.connect();
  expect(
    (await other.query("SELECT count(*)::int AS count FROM pg_stat_activity WHERE state LIKE 'idle in%'"))
      .rows,
  ).toEqual([{ count: 0 }]);
  await other.end();
});
