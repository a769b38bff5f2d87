// What keeps a tailer from its work, and how that is said.

import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { startCluster } from "../../../../testing/postgres-cluster.ts";
import { SpillwayPool, startTailer, type Tailer, type TailerOptions } from "../../src/database/index.ts";
import { registry } from "../../src/metrics/registry.ts";
import { waitUntil } from "../wait.ts";
import { RecordingLog } from "./recording-log.ts";
import { commitUnannounced, emit, flushedLsn, tailedCluster, untilTags } from "./tailed-cluster.ts";

const tailed = tailedCluster({ replicas: 0 });

let log: RecordingLog;
beforeAll(() => void (log = new RecordingLog().open()));
afterAll(() => log.close());
const pools: SpillwayPool[] = [];
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.end()));
});

function poolOf(connectionString: string): SpillwayPool {
  const pool = new SpillwayPool({ connectionString });
  pools.push(pool);
  return pool;
}

/** The code and the message of what `check` rejects with. */
async function problemOf(options: TailerOptions, pool?: SpillwayPool): Promise<string> {
  const tried = tailed.tail(options, pool);
  const error = (await tried.catch((one: unknown) => one)) as { code?: string; message: string } | undefined;
  return error instanceof Error ? `${String((error as { code?: string }).code)}: ${error.message}` : "none";
}

it.each([
  [{ slot: "Upper" }, "slot"],
  [{ slot: "" }, "slot"],
  [{ slot: 'a"b' }, "slot"],
  [{ rules: { product: "product" } }, "rules.product"],
  [{ rule: {} }, "rule"],
])("refuses %j at once", (options, setting) => {
  expect(() => startTailer(tailed.pool, options as TailerOptions)).toThrow(
    expect.objectContaining({
      code: "SPILLWAY_TAILER_SETTING",
      data: expect.objectContaining({ setting }) as unknown,
    }),
  );
});

it("refuses what is no pool", () => {
  expect(() => startTailer({} as SpillwayPool)).toThrow(
    expect.objectContaining({ code: "SPILLWAY_TAILER_SETTING" }),
  );
});

it("says that a role lacks REPLICATION, and goes on when it has it", async () => {
  await tailed.primary.query("GRANT CREATE ON DATABASE app TO plain");
  const pool = poolOf(tailed.primary.urlOf("plain"));
  const tailer = startTailer(pool, { slot: "plain" });
  await expect(tailer.check()).rejects.toMatchObject({
    code: "SPILLWAY_TAILER_RIGHTS",
    message: expect.stringMatching(/REPLICATION/) as unknown,
  });
  await tailed.primary.query("ALTER ROLE plain REPLICATION");
  await waitUntil(() => tailer.isActive, "it to work");
  await tailer.stop();
});

it("says that a role may not create the publication", async () => {
  await tailed.primary.query("REVOKE CREATE ON DATABASE app FROM plain");
  await tailed.primary.query("ALTER ROLE plain REPLICATION");
  const problem = await problemOf({ slot: "uncreated" }, poolOf(tailed.primary.urlOf("plain")));
  expect(problem).toMatch(/^SPILLWAY_TAILER_RIGHTS: .*permission denied for database app/);
});

it("says that a role does not own the table of a rule", async () => {
  await tailed.primary.query("GRANT CREATE ON DATABASE app TO plain");
  await tailed.primary.query("CREATE TABLE owned (id int PRIMARY KEY)");
  const options = { slot: "unowned", rules: { owned: () => [] } };
  const problem = await problemOf(options, poolOf(tailed.primary.urlOf("plain")));
  expect(problem).toMatch(/^SPILLWAY_TAILER_RIGHTS: .*must be owner of table owned/);
});

it("says that the table of a rule does not exist, is none, or would refuse updates", async () => {
  await tailed.pool.query("CREATE TABLE keyless (id int)");
  await tailed.pool.query("CREATE VIEW seen AS SELECT 1 AS id");
  await tailed.pool.query("CREATE TABLE nothing_kept (id int PRIMARY KEY)");
  await tailed.pool.query("ALTER TABLE nothing_kept REPLICA IDENTITY NOTHING");
  const of = async (table: string): Promise<string> => problemOf({ rules: { [table]: () => [] } });
  expect(await of("missing")).toMatch(/^SPILLWAY_TAILER_TABLE: The table missing, .*does not exist/);
  expect(await of("Keyless")).toMatch(/^SPILLWAY_TAILER_TABLE: The table Keyless, .*does not exist/);
  expect(await of("seen")).toMatch(/^SPILLWAY_TAILER_TABLE: The table seen, .*is not a table/);
  expect(await of("keyless")).toMatch(/^SPILLWAY_TAILER_TABLE: .*has no primary key/);
  expect(await of("nothing_kept")).toMatch(/^SPILLWAY_TAILER_TABLE: .*has no primary key/);
  await tailed.pool.query("UPDATE keyless SET id = 1");
});

it("says that a partitioned table has parts of another replica identity", async () => {
  await tailed.pool.query("CREATE TABLE parted (id int PRIMARY KEY) PARTITION BY RANGE (id)");
  await tailed.pool.query("CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (9)");
  await tailed.pool.query("ALTER TABLE parted REPLICA IDENTITY FULL");
  expect(await problemOf({ rules: { parted: () => [] } })).toMatch(/^SPILLWAY_TAILER_TABLE: .*has parts/);
});

it("says that its slot is one of another kind", async () => {
  await tailed.primary
    .query("SELECT pg_create_logical_replication_slot('foreign_one', 'test_decoding')")
    .catch(() => tailed.primary.query("SELECT pg_create_physical_replication_slot('foreign_one')"));
  expect(await problemOf({ slot: "foreign_one" })).toMatch(/^SPILLWAY_TAILER_SLOT: .*foreign_one/);
  await tailed.primary.query("SELECT pg_drop_replication_slot('foreign_one')");
});

it("says that its slot is one of another database", async () => {
  await tailed.primary.run("postgres", [
    "SELECT pg_create_logical_replication_slot('elsewhere', 'pgoutput')",
  ]);
  expect(await problemOf({ slot: "elsewhere" })).toMatch(/^SPILLWAY_TAILER_SLOT: .*of database postgres/);
});

it("says that synchronous_standby_names counts it", async () => {
  await tailed.primary.query("ALTER SYSTEM SET synchronous_standby_names = '*'");
  await tailed.primary.query("SELECT pg_reload_conf()");
  try {
    const pool = new SpillwayPool({
      connectionString: tailed.primary.url,
      options: "-c synchronous_commit=local",
    });
    pools.push(pool);
    expect(await problemOf({}, pool)).toMatch(/^SPILLWAY_TAILER_SYNCHRONOUS/);
  } finally {
    await tailed.primary.query("ALTER SYSTEM RESET synchronous_standby_names");
    await tailed.primary.query("SELECT pg_reload_conf()");
  }
});

it.each([
  [{ wal_level: "replica" }, /^SPILLWAY_TAILER_WAL_LEVEL: wal_level of .* is replica, expected logical/],
  [{ max_replication_slots: "1" }, /^SPILLWAY_TAILER_NO_SLOT: .*max_replication_slots/],
  [{ max_wal_senders: "0" }, /^SPILLWAY_TAILER_NO_SLOT: .*max_wal_senders/],
])("says that a server with %j cannot be tailed", async (settings, expected) => {
  const cluster = await startCluster({ replicas: 0, settings });
  try {
    await cluster.primary.query("ALTER ROLE app REPLICATION");
    expect(await problemOf({}, poolOf(cluster.primary.url))).toMatch(expected);
  } finally {
    await cluster.stop();
  }
});

it("says what the pool says of a server that is away", async () => {
  expect(await problemOf({}, poolOf("postgres://app:secret@127.0.0.1:1/app"))).toMatch(
    /^SPILLWAY_DATABASE_(UNREACHABLE|NO_PRIMARY)/,
  );
});

it("warns once of what nobody asks for, and once of WAL without a bound", async () => {
  const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
  const codes = (): unknown[] => warned.mock.calls.map(([, options]) => (options as { code?: string }).code);
  await tailed.primary.query("ALTER SYSTEM SET max_slot_wal_keep_size = -1");
  await tailed.primary.query("SELECT pg_reload_conf()");
  const tailer = startTailer(tailed.pool, { rules: { absent: () => [] } });
  await waitUntil(() => codes().length >= 1, "a warning");
  await expect(tailer.check()).rejects.toMatchObject({ code: "SPILLWAY_TAILER_TABLE" });
  await expect(tailer.check()).rejects.toMatchObject({ code: "SPILLWAY_TAILER_TABLE" });
  await tailer.stop();
  expect(codes()).toEqual(["SPILLWAY_TAILER_UNUSABLE"]);
  for (let round = 0; round < 2; round++) await (await tailed.tail()).stop();
  expect(codes()).toEqual(["SPILLWAY_TAILER_UNUSABLE", "SPILLWAY_TAILER_WAL_UNBOUNDED"]);
  warned.mockRestore();
});

it("counts commits, and shows whether it works and how far it is behind", async () => {
  await tailed.pool.query("CREATE TABLE counted (id int PRIMARY KEY)");
  const before = await counts();
  const tailer = await tailed.tail({ rules: { counted: () => ["counted"] } });
  log.learn("known");
  await emit(tailed.primary, '{"id":"known","tags":["product:1"]}');
  await commitUnannounced(tailed.primary, "repeated");
  await tailed.primary.query("INSERT INTO counted VALUES (1)");
  await untilTags(log, "repeated", "counted");
  const end = await flushedLsn(tailed.primary);
  await waitUntil(() => (log.tailed?.lsn ?? 0) >= end, "the tailer to have come this far");
  await waitUntil(async () => (await counts())["rows"]! > before["rows"]!, "the commits to be counted");
  const after = await counts();
  for (const result of ["known", "repeated", "rows"]) expect(after[result]! - before[result]!).toBe(1);
  await waitUntil(async () => (await valueOf("database_tailer_lag_bytes")) === 0, "no lag to be shown");
  expect(await valueOf("database_tailer_active")).toBe(1);
  log.isAway = true;
  await commitUnannounced(tailed.primary, "later");
  await waitUntil(async () => (await valueOf("database_tailer_lag_bytes"))! > 0, "the lag to be shown");
  log.isAway = false;
  await tailer.stop();
  expect(await valueOf("database_tailer_active")).toBeUndefined();
});

async function counts(): Promise<Record<string, number>> {
  const metric = await registry().getSingleMetric("database_tailer_commits_total")?.get();
  return Object.fromEntries((metric?.values ?? []).map(({ labels, value }) => [labels["result"], value]));
}

async function valueOf(name: string): Promise<number | undefined> {
  return (await registry().getSingleMetric(name)?.get())?.values.find(
    ({ labels }) => labels["cluster"] === "main",
  )?.value;
}

it("ends with its pool", async () => {
  const pool = tailed.startPool();
  const tailer: Tailer = await tailed.tail({}, pool);
  await pool.end();
  await waitUntil(() => !tailer.isActive, "the tailer to end");
  await expect(tailer.check()).rejects.toThrow("stopped");
});
