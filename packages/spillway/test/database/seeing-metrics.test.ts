// What /metrics says of statements, pools and replicas.

import type { PoolClient } from "pg";
import { describe, expect, it } from "vitest";
import { registry } from "../../src/metrics/registry.ts";
import { reasons } from "../../src/database/routing/choice.ts";
import type { SpillwayPool } from "../../src/database/index.ts";
import { parse, type Sample, total } from "../scrape.ts";
import { waitUntil } from "../wait.ts";
import { labelOf, seenCluster } from "./seen-cluster.ts";

const seen = seenCluster();
const select = "SELECT value FROM item WHERE id = $1";

type Labels = Record<string, string>;

async function samples(): Promise<Sample[]> {
  return parse(await registry().metrics()).filter(({ name }) => name.startsWith("db_"));
}

async function value(name: string, labels: Labels): Promise<number> {
  return total(await samples(), name, labels);
}

/** By how much `work` raises a sample, by its name and labels. */
async function raise(work: () => Promise<unknown>): Promise<(name: string, labels?: Labels) => number> {
  const before = await samples();
  await work();
  const after = await samples();
  return (name, labels) => total(after, name, labels) - total(before, name, labels);
}

async function twice(work: () => Promise<unknown>): Promise<void> {
  await work();
  await work();
}

/** Takes this many of the primary's connections until they are given back. */
async function hold(pool: SpillwayPool, count: number): Promise<() => Promise<void>> {
  const clients: PoolClient[] = [];
  for (let index = 0; index < count; index++) {
    const client = await pool.connect();
    await client.query("BEGIN");
    clients.push(client);
  }
  return async () => {
    await Promise.all(clients.map((client) => client.query("COMMIT")));
    for (const client of clients) client.release();
  };
}

describe("statements", () => {
  it("are counted by what they do and the server they went to", async () => {
    const pool = await seen.startPool();
    const primary = labelOf(seen.primary);
    const raised = await raise(async () => {
      await pool.query("INSERT INTO item VALUES (100, 0), (101, 0)");
      await twice(() => pool.query("UPDATE item SET value = 1 WHERE id = 100"));
      await pool.query("DELETE FROM item WHERE id >= 100");
      for (let id = 1; id <= 5; id++) await pool.primary.query(select, [id]);
      for (let id = 1; id <= 7; id++) await pool.replica.query(select, [id]);
      await (
        await hold(pool, 1)
      )();
      await expect(pool.query("INSERT INTO item VALUES (1, 0)")).rejects.toThrow("duplicate key");
    });
    const count = "db_query_duration_seconds_count";
    const onPrimary = { insert: 2, update: 2, delete: 1, select: 5, begin: 1, commit: 1, rollback: 0 };
    for (const [operation, expected] of Object.entries(onPrimary))
      expect(raised(count, { operation, server: primary }), operation).toBe(expected);
    expect(raised(count, { operation: "select" })).toBe(12);
    expect(raised(count)).toBe(19);
  });

  it("are in the bucket of their time, and their time is in the sum", async () => {
    const pool = await seen.startPool();
    const raised = await raise(() => pool.primary.query("SELECT pg_sleep(0.06)"));
    const labels = { operation: "select", server: labelOf(seen.primary) };
    const bucket = (le: string): number => raised("db_query_duration_seconds_bucket", { ...labels, le });
    expect(["0.001", "0.05", "10", "+Inf"].map(bucket)).toEqual([0, 0, 1, 1]);
    expect(raised("db_query_duration_seconds_sum", labels)).toBeGreaterThanOrEqual(0.06);
  });

  it("are counted by why they went where they went", async () => {
    const pool = await seen.startPool();
    const raised = await raise(async () => {
      await pool.query("UPDATE item SET value = 1 WHERE id = 1");
      await twice(() => pool.primary.query(select, [1]));
    });
    const server = labelOf(seen.primary);
    expect(raised("db_queries_routed_total", { server, reason: "write" })).toBe(1);
    expect(raised("db_queries_routed_total", { server, reason: "asked" })).toBe(2);
    expect(raised("db_queries_routed_total")).toBe(3);
  });
});

describe("a pool", () => {
  it("shows its connections, who waits for one, and how long they waited", async () => {
    const pool = await seen.startPool({ max: 2, budget: false });
    const server = labelOf(seen.primary);
    const busy = (): Promise<number> => value("db_pool_connections", { server, state: "busy" });
    const idle = (): Promise<number> => value("db_pool_connections", { server, state: "idle" });
    const waiting = (): Promise<number> => value("db_pool_waiting", { server });
    expect(await value("db_pool_max_connections", { server })).toBe(2);
    const release = await hold(pool, 2);
    expect([await busy(), await idle(), await waiting()]).toEqual([2, 0, 0]);
    let heldMs = 0;
    const raised = await raise(async () => {
      const client = await pool.primary.connect();
      const write = pool.query("UPDATE item SET value = 2 WHERE id = 1");
      const answers = [pool.primary.query(select, [1]), write, client.query(select, [1])];
      await waitUntil(async () => (await waiting()) === 3, "three to wait");
      const since = performance.now();
      await seen.primary.query("SELECT pg_sleep(0.03)");
      heldMs = performance.now() - since;
      await release();
      await Promise.all(answers);
      client.release();
    });
    expect([await busy(), await idle(), await waiting()]).toEqual([0, 2, 0]);
    expect(raised("db_pool_checkout_wait_seconds_count", { server })).toBe(3);
    expect(raised("db_pool_checkout_wait_seconds_sum", { server })).toBeGreaterThanOrEqual(
      (3 * heldMs) / 1000,
    );
  });

  it("is not shown any more when it has ended", async () => {
    const pool = await seen.startPool();
    const server = labelOf(seen.primary);
    expect(await value("db_server_usable", { server })).toBe(1);
    await pool.end();
    expect(
      (await samples()).filter(({ name }) => /^db_(server|pool_connections|replica)/.test(name)),
    ).toEqual([]);
  });
});

it("no label holds anything of a value or of a statement", async () => {
  const pool = await seen.startPool();
  await pool.query("SELECT value AS sekret FROM item WHERE id = $1 AND 'sekret' <> $2", [1, "sekret"]);
  await pool.query("INSERT INTO item SELECT id, 0 FROM item WHERE 'sekret' <> $1", ["sekret"]);
  await expect(pool.query("SELECT sekret")).rejects.toThrow("does not exist");
  await expect(pool.query("sekret")).rejects.toThrow("syntax error");
  const found = await samples();
  const valuesOf = (label: string): string[] => [
    ...new Set(found.flatMap(({ labels }) => labels[label] ?? [])),
  ];
  const operations = [
    "select",
    "insert",
    "update",
    "delete",
    "merge",
    "begin",
    "commit",
    "rollback",
    "other",
  ];
  expect(operations).toEqual(expect.arrayContaining(valuesOf("operation")));
  expect(Object.keys(reasons)).toEqual(expect.arrayContaining(valuesOf("reason")));
  expect(seen.cluster.nodes.map(labelOf)).toEqual(expect.arrayContaining(valuesOf("server")));
  expect(valuesOf("setting").toSorted()).toEqual(["connectionString", "replicas[0]", "replicas[1]"]);
  const keys = new Set(found.flatMap(({ labels }) => Object.keys(labels)));
  expect([...keys].toSorted()).toEqual(["le", "operation", "reason", "role", "server", "setting", "state"]);
});

describe("replicas", () => {
  it("show how far they are behind, in bytes and seconds, until they have caught up", async () => {
    const pool = await seen.startPool();
    const [paused, other] = seen.replicas;
    const lag = async (unit: "bytes" | "seconds", server: string): Promise<number> =>
      value(`db_replica_lag_${unit}`, { server });
    const written = 100_000;
    await paused.pauseReplay();
    await pool.query("INSERT INTO item SELECT n, 0 FROM generate_series(1000, 3000) AS n");
    await waitUntil(async () => (await lag("bytes", labelOf(paused))) > written, "the lag in bytes to show");
    await waitUntil(async () => (await lag("seconds", labelOf(paused))) > 0.2, "the lag in seconds to grow");
    await waitUntil(async () => (await lag("bytes", labelOf(other))) === 0, "the other to have caught up");
    expect(await lag("seconds", labelOf(other))).toBe(0);
    await paused.resumeReplay();
    await waitUntil(async () => (await lag("bytes", labelOf(paused))) === 0, "the lag in bytes to end");
    expect(await lag("seconds", labelOf(paused))).toBe(0);
    expect(await samples()).not.toContainEqual(
      expect.objectContaining({ name: "db_replica_lag_bytes", labels: { server: labelOf(seen.primary) } }),
    );
  });

  // The last of this file: afterwards the cluster is another.
  it("show that one was promoted, and that the old primary cannot be used", async () => {
    await seen.startPool();
    const [next, other] = seen.replicas;
    const role = async (server: string): Promise<string | undefined> =>
      (await samples()).find(({ name, labels }) => name === "db_server_info" && labels["server"] === server)
        ?.labels["role"];
    const usable = (server: string): Promise<number> => value("db_server_usable", { server });
    const all = [seen.primary, next, other].map(labelOf) as [string, string, string];
    expect(await Promise.all(all.map(role))).toEqual(["primary", "standby", "standby"]);
    expect(await Promise.all(all.map(usable))).toEqual([1, 1, 1]);
    await seen.primary.stop();
    await next.promote();
    await waitUntil(async () => (await role(all[1])) === "primary", "the new primary to show");
    await waitUntil(async () => (await usable(all[0])) === 0, "the old primary to be unusable");
    expect(await usable(all[1])).toBe(1);
    await seen.primary.follow(next);
    await waitUntil(async () => (await role(all[0])) === "standby", "the old primary to be a standby");
    expect(await usable(all[0])).toBe(1);
  });
});
