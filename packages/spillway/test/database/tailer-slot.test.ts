// Who has the slot, and what happens when it is taken, lost, or left behind by a promotion.

import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type Cluster, type PostgresNode, startCluster } from "../../../../testing/postgres-cluster.ts";
import { SpillwayPool, startTailer, type Tailer, type TailerOptions } from "../../src/database/index.ts";
import { waitUntil } from "../wait.ts";
import { RecordingLog } from "./recording-log.ts";
import { commitUnannounced, flushedLsn, untilTags, walSenders } from "./tailed-cluster.ts";

let cluster: Cluster;
let log: RecordingLog;
const ends: (() => Promise<void> | void)[] = [];

beforeEach(() => {
  log = new RecordingLog().open();
});

afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
  log.close();
  await cluster.stop();
});

async function start(replicas: number, settings: Record<string, string> = {}): Promise<void> {
  cluster = await startCluster({ replicas, settings });
  await cluster.primary.query("ALTER ROLE app REPLICATION");
  if (replicas > 0) await cluster.waitForCatchup();
}

/** As another process has it: with a pool of its own. */
async function tail(options: TailerOptions = {}): Promise<Tailer> {
  const pool = new SpillwayPool({
    connectionString: cluster.primary.url,
    replicas: cluster.replicas.map(({ url }) => url),
  });
  ends.push(() => pool.end());
  const tailer = startTailer(pool, options);
  ends.push(() => tailer.stop());
  await tailer.check();
  return tailer;
}

async function slotOf(node: PostgresNode): Promise<Record<string, unknown> | undefined> {
  const asked = "SELECT active, wal_status FROM pg_replication_slots WHERE slot_name = 'spillway'";
  return (await node.query(asked)).rows[0];
}

async function untilSent(node: PostgresNode): Promise<void> {
  await waitUntil(async () => (await walSenders(node)).length === 1, "the slot to be taken");
}

it("is worked by one, and by the other when the first one stops or its connection is ended, without loss", async () => {
  await start(0);
  const [first, second] = [await tail(), await tail()];
  expect([first.isActive, second.isActive]).toEqual([true, false]);
  const tags = Array.from({ length: 30 }, (_, index) => `tag:${index}`);
  for (const [index, tag] of tags.entries()) {
    await commitUnannounced(cluster.primary, tag);
    if (index === 10) await first.stop();
    if (index === 20) {
      await waitUntil(() => second.isActive, "the second to take over");
      const [pid] = await walSenders(cluster.primary);
      await cluster.primary.query("SELECT pg_terminate_backend($1)", [pid]);
    }
  }
  await untilTags(log, ...tags);
  expect(log.tags.filter((tag, index, all) => all.indexOf(tag) === index)).toEqual(tags);
  expect(log.renewed).toBe(1);
});

it("goes to another when the connection of the one that works is ended", async () => {
  await start(0);
  const tailers = [await tail(), await tail(), await tail()];
  const worked = new Set<Tailer>();
  for (let round = 0; round < 8 && worked.size < 2; round++) {
    await waitUntil(() => tailers.some(({ isActive }) => isActive), "one to work");
    worked.add(tailers.find(({ isActive }) => isActive)!);
    const [pid] = await walSenders(cluster.primary);
    await cluster.primary.query("SELECT pg_terminate_backend($1)", [pid]);
    await waitUntil(() => tailers.every(({ isActive }) => !isActive), "its end to be noticed");
  }
  expect(worked.size).toBe(2);
  await commitUnannounced(cluster.primary, "after");
  await untilTags(log, "after");
});

it("begins again when its other connection is ended", async () => {
  await start(0);
  await tail();
  await cluster.primary.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'spillway-tailer' AND backend_type = 'client backend'",
  );
  await commitUnannounced(cluster.primary, "after");
  await untilTags(log, "after");
  expect(log.renewed).toBe(1);
});

it("makes a new slot for one that was lost, and then empties all caches", async () => {
  await start(0, { max_slot_wal_keep_size: "1MB", max_wal_size: "32MB", wal_keep_size: "0" });
  const tailer = await tail();
  await tailer.stop();
  await commitUnannounced(cluster.primary, "lost");
  await cluster.primary.query("CREATE TABLE bulk (text text)");
  await waitUntil(async () => {
    await cluster.primary.query("INSERT INTO bulk SELECT repeat('x', 1000) FROM generate_series(1, 20000)");
    await cluster.primary.query("CHECKPOINT");
    return (await slotOf(cluster.primary))?.["wal_status"] === "lost";
  }, "the slot to be lost");
  const seen: string[] = [];
  log.onRenew = async () => {
    const kept = "SELECT slot_name, temporary, confirmed_flush_lsn AS lsn FROM pg_replication_slots";
    for (const { slot_name, temporary } of (await cluster.primary.query(kept)).rows)
      seen.push(`${temporary ? "temporary" : slot_name}`);
    await commitUnannounced(cluster.primary, "while emptied");
  };
  await tail();
  expect(seen).toEqual(["temporary"]);
  expect(log.renewed).toBe(2);
  await untilTags(log, "while emptied");
  expect(log.tags).not.toContain("lost");
  expect(await slotOf(cluster.primary)).toMatchObject({ active: true });
});

it("leaves no slot behind as long as the caches could not be emptied", async () => {
  await start(0);
  log.isAway = true;
  await expect(tail()).rejects.toMatchObject({ code: "SPILLWAY_TAILER_FAILED" });
  expect(await slotOf(cluster.primary)).toBeUndefined();
  log.isAway = false;
  await untilSent(cluster.primary);
  expect(log.renewed).toBe(1);
});

it("makes slot and caches anew when somebody has dropped the publication", async () => {
  await start(0);
  const tailer = await tail();
  await tailer.stop();
  await cluster.primary.query("DROP PUBLICATION spillway");
  await commitUnannounced(cluster.primary, "lost");
  await tail();
  expect(log.renewed).toBe(2);
  await commitUnannounced(cluster.primary, "after");
  await untilTags(log, "after");
});

it("says when the server cannot decode what it has kept, and begins anew", async () => {
  await start(0);
  await cluster.primary.run("app", ["SET ROLE app", "CREATE TABLE product (id int PRIMARY KEY)"]);
  await tail({ rules: { product: (row) => [`product:${row["id"]}`] } });
  const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
  await cluster.primary.run("app", [
    "BEGIN; ALTER PUBLICATION spillway SET TABLE product WHERE (1 / id > 0); INSERT INTO product VALUES (0); COMMIT",
  ]);
  await waitUntil(() => warned.mock.calls.length > 0, "a warning");
  expect(warned.mock.calls[0]![0]).toMatch(
    /not followed from here: .*cannot follow the slot.*division by zero/,
  );
  warned.mockRestore();
  await untilSent(cluster.primary);
  await cluster.primary.query("INSERT INTO product VALUES (1)");
  await untilTags(log, "product:1");
  expect(log.renewed).toBe(2);
});

it("stops while it waits for others' transactions to make its slot, and leaves nothing behind", async () => {
  await start(0);
  const other = new Client({ connectionString: cluster.primary.url });
  ends.push(() => other.end());
  await other.connect();
  await other.query("BEGIN; SELECT pg_current_xact_id()");
  const checked = tail();
  checked.catch(() => undefined);
  const making =
    "SELECT FROM pg_stat_activity WHERE query LIKE '%pg_create_logical%' AND wait_event_type = 'Lock'";
  await waitUntil(
    async () => (await cluster.primary.query(making)).rowCount === 1,
    "the slot to be in the making",
  );
  const before = performance.now();
  await ends.pop()!();
  expect(performance.now() - before).toBeLessThan(1_000);
  await expect(checked).rejects.toThrow("stopped");
  const slots = "SELECT FROM pg_replication_slots";
  await waitUntil(
    async () => (await cluster.primary.query(slots)).rowCount === 0,
    "the half-made slot to be gone",
  );
});

it("follows a promotion: a slot on the new primary, all caches emptied, and fences on its timeline", async () => {
  await start(2);
  await tail();
  await commitUnannounced(cluster.primary, "before");
  await untilTags(log, "before");
  const next = cluster.replicas[0]!;
  await cluster.waitForCatchup();
  await cluster.primary.kill();
  await next.promote();
  await untilSent(next);
  expect(log.renewed).toBe(2);
  await commitUnannounced(next, "after");
  const end = await flushedLsn(next);
  await untilTags(log, "after");
  expect(log.accepted.at(-1)!.fence).toEqual(new Map([["main", { timeline: 2, lsn: end }]]));
  await waitUntil(() => log.tailed?.timeline === 2, "the position to be told on the new timeline");
});

it("leaves a primary that has lost its office without noticing", async () => {
  await start(2);
  await tail();
  const next = cluster.replicas[0]!;
  await next.promote();
  await untilSent(next);
  await waitUntil(async () => (await walSenders(cluster.primary)).length === 0, "the old primary to be left");
  expect(log.renewed).toBe(2);
});

it("comes back when the server was restarted", async () => {
  await start(0);
  await tail();
  await cluster.primary.stop("immediate");
  await cluster.primary.start();
  await commitUnannounced(cluster.primary, "after");
  await untilTags(log, "after");
  expect(log.renewed).toBe(1);
});

it("notices a server that says nothing any more", async () => {
  await start(1);
  const tailer = await tail();
  await cluster.primary.freeze();
  // It is given ten seconds.
  await sleep(5_000);
  expect(tailer.isActive).toBe(true);
  await waitUntil(() => !tailer.isActive, "the silence to be noticed");
  cluster.primary.thaw();
});
