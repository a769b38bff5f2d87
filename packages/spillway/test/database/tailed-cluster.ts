// A cluster whose WAL is followed, and pools, logs and tailers on it: for tests of the tailer.

import { randomBytes } from "node:crypto";
import { afterAll, afterEach, beforeAll } from "vitest";
import { parseLsn } from "../../src/coherence/position.ts";
import {
  type Cluster,
  type ClusterOptions,
  type PostgresNode,
  startCluster,
} from "../../../../testing/postgres-cluster.ts";
import { SpillwayPool, startTailer, type Tailer, type TailerOptions } from "../../src/database/index.ts";
import { waitUntil } from "../wait.ts";
import { RecordingLog } from "./recording-log.ts";

export interface TailedCluster {
  readonly cluster: Cluster;
  readonly primary: PostgresNode;
  readonly pool: SpillwayPool;
  /** Ended after the test, as are the tailers. */
  startPool(): SpillwayPool;
  openLog(): RecordingLog;
  /** Resolves when it works or waits for another that does. */
  tail(options?: TailerOptions, pool?: SpillwayPool): Promise<Tailer>;
}

/** Of the test file that calls this. */
export function tailedCluster(options: ClusterOptions): TailedCluster {
  let cluster: Cluster;
  let pool: SpillwayPool;
  const [pools, openLogs, tailers]: [SpillwayPool[], RecordingLog[], Tailer[]] = [[], [], []];
  const startPool = (): SpillwayPool => {
    const replicas = cluster.replicas.map(({ url }) => url);
    const started = new SpillwayPool({ connectionString: cluster.primary.url, replicas });
    pools.push(started);
    return started;
  };
  beforeAll(async () => {
    cluster = await startCluster(options);
    await cluster.primary.query("ALTER ROLE app REPLICATION");
    pool = new SpillwayPool({ connectionString: cluster.primary.url });
  });
  afterEach(async () => {
    await Promise.all(tailers.splice(0).map((tailer) => tailer.stop()));
    for (const log of openLogs.splice(0)) log.close();
    const open = pools.splice(0).filter(({ ended }) => !ended);
    await Promise.all(open.map((one) => one.end()));
    await dropSlots(cluster.nodes.filter(({ isRunning }) => isRunning));
  });
  afterAll(async () => {
    await pool?.end();
    await cluster?.stop();
  });
  return {
    get cluster() {
      return cluster;
    },
    get primary() {
      return cluster.primary;
    },
    get pool() {
      return pool;
    },
    startPool,
    openLog: () => {
      const log = new RecordingLog().open();
      openLogs.push(log);
      return log;
    },
    tail: async (tailerOptions = {}, of = pool) => {
      const tailer = startTailer(of, tailerOptions);
      tailers.push(tailer);
      await tailer.check();
      return tailer;
    },
  };
}

async function dropSlots(nodes: readonly PostgresNode[]): Promise<void> {
  const dropped = `SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_type = 'logical'`;
  for (const node of nodes)
    await waitUntil(
      async () => (await node.query(dropped)) !== undefined,
      `the slots of ${node.name} to be free`,
    );
}

/** What a writer leaves behind that ends between COMMIT and its announcement. */
export async function commitUnannounced(node: PostgresNode, ...tags: string[]): Promise<string> {
  const id = randomBytes(6).toString("hex");
  await emit(node, JSON.stringify({ id, tags }));
  return id;
}

export async function emit(node: PostgresNode, message: string): Promise<void> {
  await node.query("SELECT pg_logical_emit_message(true, 'spillway', $1)", [message]);
}

/** Where the WAL ends that is flushed. */
export async function flushedLsn(node: PostgresNode): Promise<number> {
  const { rows } = await node.query<{ lsn: string }>("SELECT pg_current_wal_flush_lsn() AS lsn");
  return parseLsn(rows[0]!.lsn);
}

export async function confirmedLsn(node: PostgresNode, slot = "spillway"): Promise<number> {
  const asked = "SELECT confirmed_flush_lsn AS lsn FROM pg_replication_slots WHERE slot_name = $1";
  return parseLsn((await node.query<{ lsn: string }>(asked, [slot])).rows[0]!.lsn);
}

export async function untilTags(log: RecordingLog, ...tags: string[]): Promise<void> {
  const has = (): boolean => tags.every((tag) => log.tags.includes(tag));
  await waitUntil(has, `${tags.join(", ")} to be announced`, () => `announced: ${log.tags.join(", ")}`);
}

/** The processes of the server that send a logical slot. */
export async function walSenders(node: PostgresNode): Promise<number[]> {
  const asked = "SELECT pid FROM pg_stat_replication WHERE application_name = 'spillway-tailer'";
  return (await node.query<{ pid: number }>(asked)).rows.map(({ pid }) => pid);
}

/** How often the server was asked what is visible. */
export async function snapshotsAsked(node: PostgresNode): Promise<number> {
  await node.query("CREATE EXTENSION IF NOT EXISTS pg_stat_statements");
  const asked = "SELECT coalesce(sum(calls), 0)::int AS calls FROM pg_stat_statements WHERE query LIKE $1";
  return (await node.query<{ calls: number }>(asked, ["SELECT pg_current_snapshot()%"])).rows[0]!.calls;
}
