// The tailer repeats what writers did not announce, and says how far it is.

import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { expect, it } from "vitest";
import { parseLsn } from "../../src/coherence/position.ts";
import { waitUntil } from "../wait.ts";
import type { RecordingLog } from "./recording-log.ts";
import {
  commitUnannounced,
  confirmedLsn,
  emit,
  flushedLsn,
  snapshotsAsked,
  tailedCluster,
  untilTags,
  walSenders,
} from "./tailed-cluster.ts";

const tailed = tailedCluster({ replicas: 1, settings: { wal_sender_timeout: "2s" } });

/** Waits until all that is committed now is in `log`. */
async function untilTailed(log: RecordingLog): Promise<void> {
  const end = await flushedLsn(tailed.primary);
  await waitUntil(() => (log.tailed?.lsn ?? 0) >= end, "the tailer to have come this far");
}

it("repeats the commit of a writer that ended before it announced it, fenced at its end", async () => {
  const log = tailed.openLog();
  await tailed.tail();
  const replica = tailed.cluster.replicas[0]!;
  await replica.pauseReplay();
  const id = await commitUnannounced(tailed.primary, "product:1", "products");
  const end = await flushedLsn(tailed.primary);
  await untilTags(log, "product:1", "products");
  const [repeated] = log.ofTailer();
  expect(repeated).toMatchObject({ tags: ["product:1", "products"], commit: id, source: "tailer" });
  expect(repeated!.fence).toEqual(new Map([["main", { timeline: 1, lsn: end }]]));
  const replayed = async (): Promise<number> => {
    const { rows } = await replica.query<{ lsn: string }>("SELECT pg_last_wal_replay_lsn() AS lsn");
    return parseLsn(rows[0]!.lsn);
  };
  expect(await replayed()).toBeLessThan(end);
  await replica.resumeReplay();
  await waitUntil(async () => (await replayed()) >= end, "the replica to reach the fence");
});

it("passes over a commit that its writer has announced", async () => {
  const log = tailed.openLog();
  await tailed.tail();
  await tailed.pool.transaction(async (tx) => tx.invalidate("product:1"));
  await untilTailed(log);
  expect(log.accepted).toMatchObject([{ source: "transaction", tags: ["product:1"] }]);
});

it("passes over a commit that is announced 30 ms late", async () => {
  const log = tailed.openLog();
  await tailed.tail();
  const id = await commitUnannounced(tailed.primary, "product:1");
  await sleep(30);
  log.learn(id);
  await untilTailed(log);
  expect(log.accepted).toEqual([]);
});

it("waits a tenth of a second for the writer, and not for whoever writes without a name", async () => {
  const log = tailed.openLog();
  await tailed.tail();
  await untilTailed(log);
  const before = performance.now();
  await emit(tailed.primary, '["nameless"]');
  const committed = performance.now();
  await untilTags(log, "nameless");
  expect(log.acceptedAt[0]! - committed).toBeLessThan(80);
  await commitUnannounced(tailed.primary, "named");
  await untilTags(log, "named");
  expect(log.acceptedAt[1]! - before).toBeGreaterThan(99);
});

it("says nothing of what was rolled back, whole or to a savepoint", async () => {
  const log = tailed.openLog();
  await tailed.tail();
  const say = (tag: string): string => `SELECT pg_logical_emit_message(true, 'spillway', '["${tag}"]')`;
  await tailed.primary.query(`BEGIN; ${say("whole")}; ROLLBACK`);
  await tailed.primary.query(
    `BEGIN; ${say("kept")}; SAVEPOINT s; ${say("part")}; ROLLBACK TO s; SELECT 1; COMMIT`,
  );
  await untilTailed(log);
  expect(log.tags).toEqual(["kept"]);
});

it("takes a message outside of any transaction", async () => {
  const log = tailed.openLog();
  await tailed.tail();
  await tailed.primary.query(`SELECT pg_logical_emit_message(false, 'spillway', '["outside"]')`);
  await untilTags(log, "outside");
  expect(log.accepted).toMatchObject([{ source: "tailer", tags: ["outside"] }]);
});

it("passes over the messages of others", async () => {
  const log = tailed.openLog();
  await tailed.tail();
  await tailed.primary.query(`SELECT pg_logical_emit_message(true, 'other', '["product:1"]')`);
  await untilTailed(log);
  expect(log.accepted).toEqual([]);
});

it.each(["nonsense", '{"tags":["a"]}', '{"id":"a","tags":[1]}', "null"])(
  "invalidates everything for the message %s, which it cannot read",
  async (message) => {
    const log = tailed.openLog();
    await tailed.tail();
    await emit(tailed.primary, message);
    await waitUntil(() => log.accepted.length > 0, "something to be announced");
    expect(log.accepted).toMatchObject([{ all: true, tags: [], source: "tailer" }]);
  },
);

it("loses nothing and keeps the order while the log refuses, and confirms nothing beyond", async () => {
  const log = tailed.openLog();
  await tailed.tail();
  await untilTailed(log);
  const sender = await walSenders(tailed.primary);
  log.isAway = true;
  const names = Array.from({ length: 150 }, (_, index) => `tag:${index}`);
  const before = await flushedLsn(tailed.primary);
  const first = await commitUnannounced(tailed.primary, names[0]!);
  for (const name of names.slice(1)) await commitUnannounced(tailed.primary, name);
  // Longer than the server waits for a sign of life.
  await waitUntil(() => log.asked > 0, "the log to be asked");
  await sleep(3_000);
  expect(log.accepted).toEqual([]);
  expect(await confirmedLsn(tailed.primary)).toBeLessThanOrEqual(before);
  expect(await walSenders(tailed.primary)).toEqual(sender);
  // It is asked less and less often.
  expect(log.asked).toBeLessThan(64 * 12);
  log.isAway = false;
  await untilTags(log, names.at(-1)!);
  expect(log.tags).toEqual(names);
  expect(log.accepted[0]!.commit).toBe(first);
  const end = await flushedLsn(tailed.primary);
  await waitUntil(async () => (await confirmedLsn(tailed.primary)) >= end, "the slot to be confirmed");
});

it("holds up no other log for one that refuses, and confirms nothing that one of them lacks", async () => {
  const [away, log] = [tailed.openLog(), tailed.openLog()];
  await tailed.tail();
  await untilTailed(away);
  const before = await flushedLsn(tailed.primary);
  away.isAway = true;
  await commitUnannounced(tailed.primary, "product:1");
  await untilTags(log, "product:1");
  await untilTailed(log);
  // Long enough for a confirmation.
  const told = log.toldAt.length;
  await waitUntil(() => log.toldAt.length > told, "the position to be repeated");
  expect(away.tailed!.lsn).toBeLessThanOrEqual(before);
  expect(await confirmedLsn(tailed.primary)).toBeLessThanOrEqual(before);
  away.isAway = false;
  await untilTags(away, "product:1");
  expect(log.tags).toEqual(["product:1"]);
});

it("gives a log what another has already", async () => {
  const [knows, lacks] = [tailed.openLog(), tailed.openLog()];
  await tailed.tail();
  knows.learn("known");
  await emit(tailed.primary, '{"id":"known","tags":["product:1"]}');
  await untilTags(lacks, "product:1");
  await untilTailed(knows);
  expect(knows.accepted).toEqual([]);
});

it("moves its position with commits that mean nothing, and repeats it every second", async () => {
  const log = tailed.openLog();
  await tailed.tail();
  await tailed.primary.query("CREATE TABLE IF NOT EXISTS unrelated (id int)");
  await tailed.primary.query("INSERT INTO unrelated VALUES (1)");
  await untilTailed(log);
  const [told, at] = [log.toldAt.length, performance.now()];
  await waitUntil(() => log.toldAt.length >= told + 2, "the position to be repeated");
  expect(performance.now() - at).toBeGreaterThan(900);
  expect(log.accepted).toEqual([]);
});

it("tells its position at most ten times a second", async () => {
  const log = tailed.openLog();
  await tailed.tail();
  await untilTailed(log);
  const [told, at] = [log.toldAt.length, performance.now()];
  for (let index = 0; index < 100; index++) await emit(tailed.primary, `["tag:${index}"]`);
  await untilTailed(log);
  expect(log.toldAt.length - told).toBeLessThan((performance.now() - at) / 100 + 2);
});

it("tails 2,000 quick commits with a handful of questions and announcements", async () => {
  const log = tailed.openLog();
  await tailed.tail();
  const before = await snapshotsAsked(tailed.primary);
  await commitMany(`'["tag:' || i || '"]'`);
  await untilTags(log, "tag:1", "tag:2000");
  expect(log.tags).toHaveLength(2_000);
  expect(log.accepted.length).toBeLessThan(200);
  const asked = (await snapshotsAsked(tailed.primary)) - before;
  expect(asked).toBeGreaterThan(0);
  expect(asked).toBeLessThan(200);
});

it("repeats 2,000 commits each under its name with a handful of questions", async () => {
  const log = tailed.openLog();
  await tailed.tail();
  const before = await snapshotsAsked(tailed.primary);
  await commitMany(`'{"id":"' || i || '","tags":["tag:' || i || '"]}'`);
  await untilTags(log, "tag:1", "tag:2000");
  expect(log.accepted.map(({ commit }) => commit)).toEqual(
    Array.from({ length: 2_000 }, (_, i) => String(i + 1)),
  );
  expect((await snapshotsAsked(tailed.primary)) - before).toBeLessThan(200);
});

it("takes no more than it can hold while the log refuses, stays connected, and goes on", async () => {
  const log = tailed.openLog();
  await tailed.tail();
  await untilTailed(log);
  const sender = await walSenders(tailed.primary);
  log.isAway = true;
  const filler = "x".repeat(400);
  await commitMany(`'["tag:' || i || '","${filler}"]'`, 60_000);
  const end = await flushedLsn(tailed.primary);
  // Longer than the server waits for a sign of life.
  await sleep(3_000);
  const sent = "SELECT sent_lsn AS lsn FROM pg_stat_replication WHERE application_name = 'spillway-tailer'";
  const { rows } = await tailed.primary.query<{ lsn: string }>(sent);
  expect(parseLsn(rows[0]!.lsn)).toBeLessThan(end);
  expect(await walSenders(tailed.primary)).toEqual(sender);
  log.isAway = false;
  await untilTags(log, "tag:1", "tag:60000");
  expect(new Set(log.tags).size).toBe(60_001);
});

it("asks nothing for commits that their writers have announced", async () => {
  const log = tailed.openLog();
  for (let index = 1; index <= 2_000; index++) log.learn(String(index));
  await tailed.tail();
  const before = await snapshotsAsked(tailed.primary);
  await commitMany(`'{"id":"' || i || '","tags":["tag:' || i || '"]}'`);
  await untilTailed(log);
  expect(await snapshotsAsked(tailed.primary)).toBe(before);
  expect(log.accepted).toEqual([]);
});

it("announces no commit before it is visible on the primary", async () => {
  const log = tailed.openLog();
  await tailed.tail();
  const replica = tailed.cluster.replicas[0]!;
  await setting("synchronous_standby_names", '"replica-1"');
  await replica.pauseReplay();
  const writer = new Client({ connectionString: tailed.primary.superUrl });
  await writer.connect();
  try {
    await writer.query("SET synchronous_commit = remote_apply");
    const committed = writer.query(`SELECT pg_logical_emit_message(true, 'spillway', '["hidden"]')`);
    const waits = "SELECT FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
    await waitUntil(
      async () => (await tailed.primary.query(waits)).rowCount === 1,
      "the commit to wait for the standby",
    );
    const before = log.tailed?.lsn ?? 0;
    const end = await flushedLsn(tailed.primary);
    await sleep(500);
    expect(log.tags).toEqual([]);
    expect(log.tailed?.lsn ?? 0).toBeLessThan(end);
    expect(await confirmedLsn(tailed.primary)).toBeLessThan(end);
    expect(before).toBeLessThan(end);
    await replica.resumeReplay();
    await committed;
    await untilTags(log, "hidden");
  } finally {
    await writer.end();
    await replica.resumeReplay();
    await setting("synchronous_standby_names", "");
  }
});

it("gives the slot back when it stops: no walsender is left, and nothing is told any more", async () => {
  const log = tailed.openLog();
  const tailer = await tailed.tail();
  await commitUnannounced(tailed.primary, "product:1");
  await untilTags(log, "product:1");
  const end = await flushedLsn(tailed.primary);
  const before = performance.now();
  await tailer.stop();
  // Given back, not torn from it.
  expect(performance.now() - before).toBeLessThan(900);
  const told = log.toldAt.length;
  const { rows } = await tailed.primary.query<{ active: boolean }>(
    "SELECT active FROM pg_replication_slots WHERE slot_name = 'spillway'",
  );
  expect(rows).toEqual([{ active: false }]);
  expect(await confirmedLsn(tailed.primary)).toBeGreaterThanOrEqual(end);
  await waitUntil(async () => (await walSenders(tailed.primary)).length === 0, "the walsender to end");
  expect(log.toldAt.length).toBe(told);
});

it("goes on where it stopped", async () => {
  const log = tailed.openLog();
  const tailer = await tailed.tail();
  await tailer.stop();
  expect(log.renewed).toBe(1);
  await commitUnannounced(tailed.primary, "meanwhile");
  await tailed.tail();
  await untilTags(log, "meanwhile");
  expect(log.renewed).toBe(1);
});

it("leaves the slot alone as long as there is no log, and takes it when there is one", async () => {
  await tailed.tail();
  expect(
    (await tailed.primary.query("SELECT FROM pg_replication_slots WHERE slot_name = 'spillway'")).rowCount,
  ).toBe(0);
  const log = tailed.openLog();
  await waitUntil(async () => (await walSenders(tailed.primary)).length === 1, "the slot to be taken");
  await commitUnannounced(tailed.primary, "product:1");
  await untilTags(log, "product:1");
});

it("empties a log that opens later: what came before was not kept for it", async () => {
  const first = tailed.openLog();
  await tailed.tail();
  const late = tailed.openLog();
  await waitUntil(() => late.renewed === 1, "the late log to be emptied");
  await commitUnannounced(tailed.primary, "product:1");
  await untilTags(late, "product:1");
  expect(first.renewed).toBe(1);
});

async function commitMany(message: string, count = 2_000): Promise<void> {
  await tailed.primary.query(`DO $$ BEGIN FOR i IN 1..${count} LOOP
    PERFORM pg_logical_emit_message(true, 'spillway', ${message}); COMMIT;
  END LOOP; END $$`);
}

async function setting(name: string, value: string): Promise<void> {
  await tailed.primary.query(`ALTER SYSTEM SET ${name} = '${value}'`);
  await tailed.primary.query("SELECT pg_reload_conf()");
}
