// The servers of a run: a primary with two replicas, and a Redis.

import { rmSync } from "node:fs";
import { join } from "node:path";
import { type Cluster, type PostgresNode, startCluster } from "../testing/postgres-cluster.ts";
import { type RedisNode, startRedis } from "../testing/redis-node.ts";
import { waitUntil } from "../packages/spillway/test/wait.ts";
import { items } from "./keys.ts";

interface Versions {
  id: number;
  version: number;
}

export class Servers {
  readonly cluster: Cluster;
  readonly redis: RedisNode;
  #primary: PostgresNode;

  constructor(cluster: Cluster, redis: RedisNode) {
    this.cluster = cluster;
    this.redis = redis;
    this.#primary = cluster.primary;
  }

  get primary(): PostgresNode {
    return this.#primary;
  }

  get replicas(): PostgresNode[] {
    return this.cluster.nodes.filter((node) => node !== this.#primary);
  }

  /** Another takes its place, in order: it has all that was acknowledged. The old one follows it. */
  async promote(next: PostgresNode): Promise<void> {
    const old = this.#primary;
    await old.stop();
    await next.promote();
    this.#primary = next;
    for (const node of this.replicas) await node.follow(next);
  }

  /** What the database holds, by item. */
  async truth(): Promise<Map<number, number>> {
    const { rows } = await this.primary.query<Versions>("SELECT id, version FROM item");
    return new Map(rows.map(({ id, version }) => [id, version]));
  }

  /** Ends Redis as a power cut does. It starts again with what it had saved, or with nothing. */
  async restartRedis({ keeps }: { keeps: boolean }): Promise<void> {
    await this.redis.kill();
    if (!keeps) rmSync(join(this.redis.folder, "dump.rdb"), { force: true });
    await this.redis.start();
  }

  async reset(): Promise<void> {
    await this.primary.query("UPDATE item SET version = 0");
    await this.cluster.waitForCatchup(this.primary);
  }

  /** Slots of processes that have ended keep the write-ahead log for ever. */
  async dropSlot(name: string): Promise<void> {
    const drop = `SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = $1`;
    await waitUntil(
      async () => (await this.primary.query(drop, [name])) !== undefined,
      `slot ${name} to be free`,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.cluster.stop(), this.redis.remove()]);
  }
}

export async function startServers(): Promise<Servers> {
  const [cluster, redis] = await Promise.all([
    startCluster({ settings: { wal_level: "logical" } }),
    startRedis(),
  ]);
  await cluster.primary.run("app", [
    "ALTER ROLE app REPLICATION",
    "CREATE TABLE item (id int PRIMARY KEY, version int NOT NULL)",
    `INSERT INTO item SELECT id, 0 FROM generate_series(0, ${items - 1}) AS id`,
    "ALTER TABLE item OWNER TO app",
  ]);
  await cluster.waitForCatchup();
  return new Servers(cluster, redis);
}
