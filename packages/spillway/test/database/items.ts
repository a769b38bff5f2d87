// A cluster with a small table, and pools on it that end with their test.

import { afterAll, afterEach, beforeAll } from "vitest";
import { type Cluster, startCluster } from "../../../../testing/postgres-cluster.ts";
import { SpillwayPool, type SpillwayPoolConfig } from "../../src/database/index.ts";
import { waitUntil } from "../wait.ts";

export interface Items {
  cluster: Cluster;
  newPool(config?: SpillwayPoolConfig): SpillwayPool;
  /** A pool whose replicas are read. */
  readyPool(config?: SpillwayPoolConfig): Promise<SpillwayPool>;
  /** Leaves the end of `pool` to the test. */
  disown(pool: SpillwayPool): void;
}

/** To be called once at the top of a file; what it returns is filled before the first test. */
export function useItems(): Items {
  const pools = new Set<SpillwayPool>();
  const items = { newPool, readyPool, disown: (pool: SpillwayPool) => void pools.delete(pool) } as Items;

  beforeAll(async () => {
    items.cluster = await startCluster({ replicas: 2 });
    await items.cluster.primary.query("CREATE TABLE item (id int PRIMARY KEY, name text)");
    await items.cluster.primary.query("ALTER TABLE item OWNER TO app");
    await items.cluster.waitForCatchup();
  });

  afterEach(async () => {
    await Promise.all([...pools].map((pool) => pool.end()));
    pools.clear();
    await items.cluster.primary.query("TRUNCATE item");
  });

  afterAll(() => items.cluster.stop());

  function newPool(config: SpillwayPoolConfig = {}): SpillwayPool {
    const replicas = items.cluster.replicas.map(({ url }) => url);
    const pool = new SpillwayPool({ connectionString: items.cluster.primary.url, replicas, ...config });
    pools.add(pool);
    return pool;
  }

  async function readyPool(config: SpillwayPoolConfig = {}): Promise<SpillwayPool> {
    const pool = newPool(config);
    await waitUntil(async () => {
      await pool.query("SELECT name FROM item");
      return pool.explain("SELECT name FROM item").role === "replica";
    }, "a replica to be read");
    return pool;
  }

  return items;
}
