// The servers that the other tests of this folder stand on: what a test does to them really happens.

import { existsSync } from "node:fs";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { familyOf, postmastersBelow } from "../../../../testing/family.ts";
import { type Cluster, startCluster } from "../../../../testing/postgres-cluster.ts";

const count = "SELECT count(*)::int AS count FROM note";

async function notes(node: Cluster["primary"]): Promise<number> {
  return (await node.query<{ count: number }>(count)).rows[0]!.count;
}

describe("a cluster", () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster({ replicas: 2, settings: { work_mem: "5MB" } });
    await cluster.primary.query("CREATE TABLE note (id int)");
    await cluster.waitForCatchup();
  });
  afterAll(() => cluster.stop());

  it("has the settings that were asked for, and those of speed", async () => {
    const ask = "SELECT current_setting('work_mem') AS memory, current_setting('fsync') AS fsync";
    const { rows } = await cluster.replicas[1]!.query(ask);
    expect(rows).toEqual([{ memory: "5MB", fsync: "off" }]);
  });

  it("lets the app see the replication, and `plain` not", async () => {
    const seen = async (role: "app" | "plain"): Promise<boolean> => {
      const client = new Client({ connectionString: cluster.primary.urlOf(role) });
      await client.connect();
      const { rows } = await client.query("SELECT state FROM pg_stat_replication");
      await client.end();
      return rows.length === 2 && rows.every((row) => row.state !== null);
    };
    expect(await seen("app")).toBe(true);
    expect(await seen("plain")).toBe(false);
  });

  it("replicates a row to both replicas", async () => {
    await cluster.primary.query("INSERT INTO note VALUES (1)");
    await cluster.waitForCatchup();
    expect(await Promise.all(cluster.replicas.map(notes))).toEqual([1, 1]);
  });

  it("holds a row back from a replica whose replay is paused", async () => {
    const [paused, other] = cluster.replicas as [Cluster["primary"], Cluster["primary"]];
    await paused.pauseReplay();
    await cluster.primary.query("INSERT INTO note VALUES (2)");
    await expect.poll(() => notes(other)).toBe(2);
    expect(await notes(paused)).toBe(1);
    await paused.resumeReplay();
    await cluster.waitForCatchup();
    expect(await notes(paused)).toBe(2);
  });

  it("answers nothing while it is frozen, and goes on when thawed", async () => {
    const [frozen] = cluster.replicas as [Cluster["primary"]];
    const client = new Client({ connectionString: frozen.url });
    await client.connect();
    await frozen.freeze();
    const answers: string[] = [];
    const answer = client.query("SELECT 1").then(() => answers.push("frozen"));
    await notes(cluster.primary);
    expect(answers).toEqual([]);
    frozen.thaw();
    await answer;
    await client.end();
    expect(await notes(frozen)).toBe(2);
  });

  it("starts again after it was stopped, and after it was killed", async () => {
    const [, replica] = cluster.replicas as [unknown, Cluster["primary"]];
    await replica.stop();
    await expect(replica.query("SELECT 1")).rejects.toThrow("ECONNREFUSED");
    await replica.start();
    await replica.kill();
    await replica.start();
    expect(await notes(replica)).toBe(2);
  });

  it("goes on with a promoted replica, which the old primary follows", async () => {
    const [next, other] = cluster.replicas as [Cluster["primary"], Cluster["primary"]];
    await cluster.primary.stop();
    await next.promote();
    await cluster.primary.follow(next);
    await other.follow(next);
    await next.query("INSERT INTO note VALUES (3)");
    await cluster.waitForCatchup(next);
    expect(await Promise.all(cluster.nodes.map(notes))).toEqual([3, 3, 3]);
    expect(await Promise.all(cluster.nodes.map((node) => node.isInRecovery()))).toEqual([true, false, true]);
  });

  it("leaves no process and no folder when it is stopped", async () => {
    const processes = postmastersBelow(cluster.folder).flatMap(familyOf);
    expect(processes.length).toBeGreaterThan(9);
    await cluster.stop();
    expect(postmastersBelow(cluster.folder).flatMap(familyOf)).toEqual([]);
    expect(existsSync(cluster.folder)).toBe(false);
  });
});

it("tells why a server did not start, and leaves nothing of the cluster", async () => {
  const started = startCluster({ replicas: 0, settings: { shared_buffers: "a lot" } });
  await expect(started).rejects.toThrow(/primary did not start[^]*shared_buffers/);
});
