// The primary dies and a replica takes its place, while requests go on.

import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Cluster, startCluster } from "../../../../testing/postgres-cluster.ts";
import { runInScope } from "../../src/coherence/index.ts";
import { SpillwayPool } from "../../src/database/index.ts";
import { connectionsOf } from "./connections.ts";

let cluster: Cluster;
let pool: SpillwayPool;

beforeEach(async () => {
  cluster = await startCluster({ replicas: 2 });
  const urls = cluster.replicas.map(({ url }) => url);
  pool = new SpillwayPool({
    connectionString: cluster.primary.url,
    replicas: urls,
    failoverTimeoutMs: 10_000,
  });
  await pool.query("CREATE TABLE entry (id int PRIMARY KEY)");
});

afterEach(async () => {
  if (!pool.ended) await pool.end();
  await cluster.stop();
});

/** A commit that was acknowledged is on the replica named first, whatever happens to the primary. */
async function replicateSynchronously(): Promise<void> {
  await cluster.primary.query("ALTER SYSTEM SET synchronous_standby_names = 'FIRST 1 (\"replica-1\")'");
  await cluster.primary.query("SELECT pg_reload_conf()");
}

interface Load {
  acknowledged: number[];
  failed: number;
  errors: Set<string>;
  stop(): Promise<void>;
}

/** Writers that insert one row after another; each id is tried once. */
function writeOn(clients: number): Load {
  const load: Load = { acknowledged: [], failed: 0, errors: new Set(), stop: () => Promise.resolve() };
  let id = 0;
  const work = { running: true };
  const writers = Array.from({ length: clients }, async () => {
    while (work.running) {
      const mine = ++id;
      try {
        await pool.query("INSERT INTO entry VALUES ($1)", [mine]);
        load.acknowledged.push(mine);
      } catch (error) {
        load.failed++;
        load.errors.add((error as Error).message);
      }
      await sleep(2);
    }
  });
  load.stop = async () => {
    work.running = false;
    await Promise.all(writers);
  };
  return load;
}

it("finds the promoted server without a restart, and loses no acknowledged commit", async () => {
  await replicateSynchronously();
  const load = writeOn(8);
  await sleep(300);
  await cluster.primary.kill();
  await cluster.replicas[0]!.promote();
  const before = load.acknowledged.length;
  await sleep(1_000);
  await load.stop();
  expect(load.acknowledged.length).toBeGreaterThan(before);
  // At most what was on its way when the primary died: its outcome is unknown, so it is not repeated.
  expect([...load.errors].join("\n")).not.toContain("duplicate key");
  expect(load.failed).toBeLessThanOrEqual(8);
  const { rows } = await cluster.replicas[0]!.query<{ id: number }>("SELECT id FROM entry");
  const kept = new Set(rows.map((row) => row.id));
  expect(load.acknowledged.filter((id) => !kept.has(id))).toEqual([]);
});

it("answers every read while the primary is gone and another takes over", async () => {
  let failed: unknown;
  const work = { running: true };
  const read = async (): Promise<void> => {
    while (work.running) {
      try {
        await runInScope(() => pool.query("SELECT count(*) FROM entry"));
      } catch (error) {
        failed = error;
      }
      await sleep(2);
    }
  };
  const readers = Array.from({ length: 8 }, read);
  await sleep(200);
  await cluster.primary.kill();
  await sleep(300);
  await cluster.replicas[1]!.promote();
  await pool.query("INSERT INTO entry VALUES (1)");
  work.running = false;
  await Promise.all(readers);
  expect(failed).toBeUndefined();
});

it("voids the tokens of the old timeline: their bearers read from the primary", async () => {
  await runInScope(async () => {
    await pool.query("INSERT INTO entry VALUES (1)");
    await cluster.waitForCatchup();
    await cluster.primary.stop("fast");
    await cluster.replicas[0]!.promote();
    expect((await pool.query("SELECT id FROM entry")).rows).toEqual([{ id: 1 }]);
    await pool.query("INSERT INTO entry VALUES (2)");
  });
  await cluster.replicas[1]!.follow(cluster.replicas[0]!);
  await cluster.primary.follow(cluster.replicas[0]!);
  await pool.query("INSERT INTO entry VALUES (3)");
  const { rows } = await pool.query("SELECT id FROM entry ORDER BY id");
  expect(rows).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
});

it("fails within its bound when no server takes writes, and says which it tried", async () => {
  await pool.end();
  const urls = cluster.replicas.map(({ url }) => url);
  pool = new SpillwayPool({ connectionString: cluster.primary.url, replicas: urls, failoverTimeoutMs: 500 });
  await pool.query("INSERT INTO entry VALUES (1)");
  await cluster.primary.kill();
  await expect(pool.query("INSERT INTO entry VALUES (2)")).rejects.toBeInstanceOf(Error);
  const error = await pool.query("INSERT INTO entry VALUES (3)").catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "SPILLWAY_DATABASE_NO_PRIMARY" });
  expect((error as Error).message).toContain(`127.0.0.1:${cluster.primary.port} (connectionString`);
});

it("leaves no connection behind on any server", async () => {
  const load = writeOn(8);
  await sleep(200);
  await cluster.primary.kill();
  await cluster.replicas[0]!.promote();
  await pool.query("INSERT INTO entry VALUES (-1)");
  await load.stop();
  expect(pool.waitingCount).toBe(0);
  expect(pool.idleCount).toBe(pool.totalCount);
  await pool.end();
  for (const replica of cluster.replicas) expect(await connectionsOf(replica)).toBe(0);
});
