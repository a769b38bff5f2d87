// All pools on a server together never ask for more connections than it has.

import { Client } from "pg";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Cluster, startCluster } from "../../../../testing/postgres-cluster.ts";
import { SpillwayPool } from "../../src/database/index.ts";

let cluster: Cluster;
const pools: SpillwayPool[] = [];
const poll = { timeout: 10_000, interval: 50 };

beforeEach(async () => {
  cluster = await startCluster({ replicas: 0, settings: { max_connections: "100" } });
});

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.end()));
  await cluster.stop();
});

function start(count: number): SpillwayPool[] {
  const started = Array.from(
    { length: count },
    () => new SpillwayPool({ connectionString: cluster.primary.url }),
  );
  pools.push(...started);
  return started;
}

/** What each pool may take, as its gauge and its options say. */
function most(): number[] {
  return pools.map((pool) => pool.maxConnections);
}

interface Load {
  answered: number;
  errors: unknown[];
  mostConnections: number;
  end(): Promise<void>;
}

/** As many statements at once as would take every connection of every pool. */
function load(): Load {
  const work = { running: true };
  const result: Load = { answered: 0, errors: [], mostConnections: 0, end: () => Promise.resolve() };
  const client = async (pool: SpillwayPool): Promise<void> => {
    while (work.running) {
      try {
        await pool.query("SELECT pg_sleep(0.02)");
        result.answered++;
      } catch (error) {
        result.errors.push(error);
      }
    }
  };
  const watch = async (): Promise<void> => {
    while (work.running) {
      const { rows } = await cluster.primary.query<{ count: number }>(
        "SELECT count(*)::int AS count FROM pg_stat_activity WHERE usename = 'app'",
      );
      result.mostConnections = Math.max(result.mostConnections, rows[0]!.count);
    }
  };
  const clients = pools.flatMap((pool) => Array.from({ length: 25 }, () => client(pool)));
  const watching = watch();
  result.end = async () => {
    work.running = false;
    await Promise.all([...clients, watching]);
  };
  return result;
}

it("gives 12 pools that start at once under full load their share of 100 connections, and refuses nobody", async () => {
  start(12);
  const loading = load();
  await expect.poll(most, poll).toEqual(pools.map(() => 6));
  await expect.poll(() => pools.map((pool) => pool.totalCount), poll).toEqual(pools.map(() => 6));
  await loading.end();
  expect(loading.errors).toEqual([]);
  expect(loading.answered).toBeGreaterThan(100);
  // 100, less those for superusers and the reserve of 10.
  expect(loading.mostConnections).toBeLessThanOrEqual(87);
});

it("shrinks the others before a newcomer grows, and grows them when pools leave, under load", async () => {
  start(4);
  const loading = load();
  await expect.poll(most, poll).toEqual([20, 20, 20, 20]);
  await expect.poll(() => pools.reduce((sum, pool) => sum + pool.totalCount, 0), poll).toBe(80);
  const young = start(4);
  await Promise.all(young.map((pool) => pool.query("SELECT 1")));
  await expect.poll(most, poll).toEqual(pools.map(() => 9));
  await Promise.all(young.map((pool) => pool.end()));
  pools.splice(4);
  await expect.poll(most, poll).toEqual([20, 20, 20, 20]);
  await loading.end();
  expect(loading.errors).toEqual([]);
  // Newcomers live on the reserve until the others have made room.
  expect(loading.mostConnections).toBeLessThanOrEqual(97);
});

/** The SQLSTATE with which the app would be refused now. */
async function refusal(): Promise<string | undefined> {
  const client = new Client({ connectionString: cluster.primary.url });
  try {
    await client.connect();
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  } finally {
    await client.end();
  }
}

it("waits when the server is full of others' connections, instead of failing", async () => {
  const [pool] = start(1) as [SpillwayPool];
  const others = Array.from({ length: 97 }, () =>
    cluster.primary.query("SELECT pg_sleep(1)").catch(() => undefined),
  );
  await expect.poll(refusal, poll).toBe("53300");
  expect((await pool.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
  await Promise.all(others);
});
