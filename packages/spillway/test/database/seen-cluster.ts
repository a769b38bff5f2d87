// A primary with two replicas, and pools over them that know all three: for tests of what operators see.

import { afterAll, afterEach, beforeAll } from "vitest";
import { type Cluster, type PostgresNode, startCluster } from "../../../../testing/postgres-cluster.ts";
import { SpillwayPool, type SpillwayPoolConfig } from "../../src/database/index.ts";
import { waitUntil } from "../wait.ts";
import { makeTables } from "./orm.ts";

export interface SeenCluster {
  readonly cluster: Cluster;
  readonly primary: PostgresNode;
  readonly replicas: readonly [PostgresNode, PostgresNode];
  /** Ended after the test, if it has not ended by then. */
  startPool(config?: SpillwayPoolConfig): Promise<SpillwayPool>;
}

/** Of the test file that calls this, filled before its first test. */
export function seenCluster(): SeenCluster {
  let cluster: Cluster;
  const pools: SpillwayPool[] = [];
  beforeAll(async () => {
    cluster = await startCluster({ replicas: 2 });
    await makeTables(cluster.primary);
    await cluster.waitForCatchup();
  });
  afterEach(async () => {
    const open = pools.splice(0).filter(({ ended }) => !ended);
    await Promise.all(open.map((pool) => pool.end()));
  });
  afterAll(() => cluster?.stop());
  return {
    get cluster() {
      return cluster;
    },
    get primary() {
      return cluster.primary;
    },
    get replicas() {
      return cluster.replicas as unknown as readonly [PostgresNode, PostgresNode];
    },
    startPool: async (config = {}) => {
      const replicas = cluster.replicas.map(({ url }) => url);
      const pool = new SpillwayPool({ connectionString: cluster.primary.url, replicas, ...config });
      pools.push(pool);
      await pool.query("SELECT 1");
      await untilReadFrom(pool, config.replicas === undefined ? cluster.replicas : [cluster.primary]);
      return pool;
    },
  };
}

/** As metrics and events name it. */
export function labelOf({ port }: PostgresNode): string {
  return `127.0.0.1:${port}`;
}

/** Waits until just these servers are read by those who have written nothing. */
export async function untilReadFrom(pool: SpillwayPool, nodes: readonly PostgresNode[]): Promise<void> {
  const expected = nodes.map(labelOf).toSorted().join(" and ");
  const read = (): boolean => {
    const used = new Set(Array.from({ length: 10 }, () => pool.explain("SELECT 1").server));
    return [...used].toSorted().join(" and ") === expected;
  };
  await waitUntil(read, `reads to go to ${expected} only`);
}
