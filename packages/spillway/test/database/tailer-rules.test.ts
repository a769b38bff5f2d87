// Rules turn changes of rows into tags, whoever makes them.

import { beforeAll, expect, it, vi } from "vitest";
import type { RowRules } from "../../src/database/index.ts";
import { waitUntil } from "../wait.ts";
import type { RecordingLog } from "./recording-log.ts";
import { emit, flushedLsn, tailedCluster, untilTags } from "./tailed-cluster.ts";

const tailed = tailedCluster({ replicas: 0 });

const rules: RowRules = { product: (row) => [`product:${row["id"]}`, "products"] };

beforeAll(async () => {
  await tailed.pool.query(
    "CREATE TABLE product (id bigint PRIMARY KEY, category text, made timestamptz, text text)",
  );
  await tailed.pool.query("CREATE TABLE other (id int PRIMARY KEY)");
});

/** Runs `sql` as someone who knows nothing of tags, and returns what was announced for it. */
async function announcedFor(log: RecordingLog, sql: string): Promise<RecordingLog["accepted"]> {
  const before = log.accepted.length;
  await tailed.primary.query(sql);
  const end = await flushedLsn(tailed.primary);
  await waitUntil(() => (log.tailed?.lsn ?? 0) >= end, "the tailer to have come this far");
  return log.accepted.slice(before);
}

async function tagsFor(log: RecordingLog, sql: string): Promise<string[]> {
  return (await announcedFor(log, sql)).flatMap(({ tags, all }) => (all === true ? ["(all)"] : tags));
}

async function tail(given: RowRules): Promise<RecordingLog> {
  const log = tailed.openLog();
  await tailed.tail({ rules: given });
  return log;
}

it("announces inserted, updated and deleted rows", async () => {
  const log = await tail(rules);
  expect(await tagsFor(log, "INSERT INTO product VALUES (1), (2)")).toEqual([
    "product:1",
    "products",
    "product:2",
  ]);
  expect(await tagsFor(log, "UPDATE product SET category = 'x' WHERE id = 1")).toEqual([
    "product:1",
    "products",
  ]);
  expect(await tagsFor(log, "UPDATE product SET id = 3 WHERE id = 1")).toEqual([
    "product:1",
    "products",
    "product:3",
  ]);
  const [deleted] = await announcedFor(log, "DELETE FROM product WHERE id = 2");
  const end = await flushedLsn(tailed.primary);
  expect(deleted).toEqual({
    tags: ["product:2", "products"],
    source: "tailer",
    fence: new Map([["main", { timeline: 1, lsn: expect.any(Number) as number }]]),
  });
  expect(deleted!.fence.get("main")!.lsn).toBeLessThanOrEqual(end);
});

it("invalidates everything when a table that has a rule is truncated", async () => {
  const log = await tail(rules);
  expect(await tagsFor(log, "TRUNCATE product")).toEqual(["(all)"]);
});

it("says nothing of tables that have no rule, and of what was rolled back", async () => {
  const log = await tail(rules);
  expect(await tagsFor(log, "INSERT INTO other VALUES (1)")).toEqual([]);
  expect(await tagsFor(log, "TRUNCATE other")).toEqual([]);
  expect(await tagsFor(log, "BEGIN; INSERT INTO product VALUES (10); ROLLBACK")).toEqual([]);
  const half =
    "BEGIN; INSERT INTO product VALUES (11); SAVEPOINT s; INSERT INTO product VALUES (12); ROLLBACK TO s";
  expect(await tagsFor(log, `${half}; COMMIT`)).toEqual(["product:11", "products"]);
});

it("gives a rule the values as queries do", async () => {
  const seen: unknown[] = [];
  const log = await tail({
    product: (row) => {
      seen.push({ ...row });
      return [];
    },
  });
  const values = "(20, NULL, '2026-01-02T03:04:05Z', 'ü')";
  expect(await tagsFor(log, `INSERT INTO product VALUES ${values}`)).toEqual([]);
  const { rows } = await tailed.pool.query("SELECT * FROM product WHERE id = 20");
  expect(seen).toEqual(rows);
  expect(seen).toEqual([{ id: "20", category: null, made: new Date("2026-01-02T03:04:05Z"), text: "ü" }]);
});

it("gives a rule the whole row before a change where the replica identity is full", async () => {
  await tailed.pool.query("CREATE TABLE full_row (id int, category text, long text)");
  await tailed.pool.query("ALTER TABLE full_row REPLICA IDENTITY FULL");
  // Too long for its page, and not compressible to fit.
  await tailed.pool.query("ALTER TABLE full_row ALTER long SET STORAGE EXTERNAL");
  const log = await tail({ full_row: (row) => [`${row["category"]}:${String(row["long"]).length}`] });
  expect(await tagsFor(log, "INSERT INTO full_row VALUES (1, 'a', repeat('x', 9000))")).toEqual(["a:9000"]);
  expect(await tagsFor(log, "UPDATE full_row SET category = 'b'")).toEqual(["a:9000", "b:9000"]);
  expect(await tagsFor(log, "DELETE FROM full_row")).toEqual(["b:9000"]);
});

it("invalidates everything, and warns once, when a rule reads what is not known of a row", async () => {
  await tailed.pool.query("CREATE TABLE narrow (id int PRIMARY KEY, category text)");
  const log = await tail({ narrow: (row) => [`category:${row["category"]}`] });
  const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
  expect(await tagsFor(log, "INSERT INTO narrow VALUES (1, 'a')")).toEqual(["category:a"]);
  expect(warned).not.toHaveBeenCalled();
  expect(await tagsFor(log, "UPDATE narrow SET category = 'b'")).toEqual(["(all)"]);
  expect(await tagsFor(log, "UPDATE narrow SET id = 2")).toEqual(["(all)"]);
  expect(await tagsFor(log, "DELETE FROM narrow")).toEqual(["(all)"]);
  expect(warned.mock.calls).toEqual([
    [
      expect.stringMatching(/rule of narrow: it reads category/),
      expect.objectContaining({ code: "SPILLWAY_TAILER_RULE" }),
    ],
  ]);
  warned.mockRestore();
});

it.each([
  [
    "throws",
    "boom",
    () => {
      throw new Error("boom");
    },
  ],
  ["returns no array", "it returned string", () => "products"],
  ["returns a promise", "it returned object", () => Promise.reject(new Error("late"))],
  ["returns something else than text", "an array with number", () => ["products", 1]],
  ["returns an empty tag", "a text of 0 characters", () => [""]],
  ["returns a tag that is too long", "a text of 513 characters", () => ["x".repeat(513)]],
])("invalidates everything, warns once and goes on when a rule %s", async (_title, problem, rule) => {
  const table = `faulty_${problem.replaceAll(/\W/g, "_")}`;
  await tailed.pool.query(`CREATE TABLE ${table} (id int PRIMARY KEY)`);
  const log = await tail({ ...rules, [table]: rule as () => string[] });
  const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
  expect(await tagsFor(log, `INSERT INTO ${table} VALUES (1)`)).toEqual(["(all)"]);
  expect(await tagsFor(log, `INSERT INTO ${table} VALUES (2)`)).toEqual(["(all)"]);
  expect(await tagsFor(log, "UPDATE product SET text = 'new' WHERE id = 20")).toEqual([
    "product:20",
    "products",
  ]);
  expect(warned.mock.calls.map(([text]) => text)).toEqual([expect.stringContaining(problem)]);
  warned.mockRestore();
});

it("finds tables by the name they were created with, and by their schema", async () => {
  await tailed.pool.query('CREATE TABLE "Order" (id int PRIMARY KEY)');
  await tailed.pool.query("CREATE SCHEMA shop");
  await tailed.pool.query("CREATE TABLE shop.item (id int PRIMARY KEY)");
  await tailed.pool.query("CREATE TABLE item (id int PRIMARY KEY)");
  const log = await tail({ Order: () => ["orders"], "shop.item": () => ["items"] });
  expect(await tagsFor(log, 'INSERT INTO "Order" VALUES (1)')).toEqual(["orders"]);
  expect(await tagsFor(log, "INSERT INTO item VALUES (1)")).toEqual([]);
  expect(await tagsFor(log, "INSERT INTO shop.item VALUES (1)")).toEqual(["items"]);
});

it("takes the parts of a partitioned table for the whole", async () => {
  await tailed.pool.query("CREATE TABLE measure (id int PRIMARY KEY, value int) PARTITION BY RANGE (id)");
  await tailed.pool.query("CREATE TABLE measure_1 PARTITION OF measure FOR VALUES FROM (0) TO (100)");
  const log = await tail({ measure: (row) => [`measure:${row["id"]}`] });
  expect(await tagsFor(log, "INSERT INTO measure VALUES (1, 1)")).toEqual(["measure:1"]);
  await tailed.pool.query("CREATE TABLE measure_2 PARTITION OF measure FOR VALUES FROM (100) TO (200)");
  expect(await tagsFor(log, "INSERT INTO measure_2 VALUES (100, 1)")).toEqual(["measure:100"]);
  expect(await tagsFor(log, "UPDATE measure SET id = 2, value = 2 WHERE id = 1")).toEqual([
    "measure:1",
    "measure:2",
  ]);
});

it("follows a table whose columns change", async () => {
  await tailed.pool.query("CREATE TABLE changing (id int PRIMARY KEY, a text)");
  const log = await tail({ changing: (row) => [Object.keys(row).join()] });
  expect(await tagsFor(log, "INSERT INTO changing VALUES (1, 'a')")).toEqual(["id,a"]);
  await tailed.pool.query("ALTER TABLE changing ADD b text");
  expect(await tagsFor(log, "INSERT INTO changing VALUES (2, 'a', 'b')")).toEqual(["id,a,b"]);
});

it("begins anew when a table was replaced by another of its name, and empties all caches", async () => {
  await tailed.pool.query("CREATE TABLE replaced (id int PRIMARY KEY)");
  const log = await tail({ replaced: (row) => [`replaced:${row["id"]}`] });
  await tailed.pool.query("ALTER TABLE replaced RENAME TO replaced_old");
  await tailed.pool.query("CREATE TABLE replaced (id int PRIMARY KEY)");
  await waitUntil(() => log.renewed === 2, "the caches to be emptied");
  await tailed.pool.query("INSERT INTO replaced VALUES (1)");
  await untilTags(log, "replaced:1");
  expect(log.tags).toEqual(["replaced:1"]);
});

it("announces of an announced commit only what its rows add", async () => {
  const log = await tail(rules);
  const inserted = tailed.pool.transaction(async (tx) => {
    await tx.query("INSERT INTO product VALUES (30)");
    tx.invalidate("product:30");
  });
  await inserted;
  await untilTags(log, "products");
  expect(log.accepted).toMatchObject([
    { source: "transaction", tags: ["product:30"] },
    { source: "tailer", tags: ["products"] },
  ]);
});

it("passes over an announced commit whose rows add nothing", async () => {
  const log = await tail(rules);
  await tailed.pool.transaction(async (tx) => {
    await tx.query("INSERT INTO product VALUES (31)");
    tx.invalidate("product:31", "products");
  });
  expect(await tagsFor(log, "SELECT 1")).toEqual([]);
  expect(log.accepted.map(({ source }) => source)).toEqual(["transaction"]);
});

it("invalidates everything for a change with more than 100,000 tags", async () => {
  const log = await tail(rules);
  const sql = "INSERT INTO product SELECT generate_series(1000000, 1100000)";
  expect(await tagsFor(log, sql)).toEqual(["(all)"]);
});

it("follows other tables when the rules change, and empties all caches once", async () => {
  const log = tailed.openLog();
  const first = await tailed.tail({ rules });
  expect(log.renewed).toBe(1);
  await first.stop();
  await tailed.primary.query("INSERT INTO other VALUES (50)");
  const second = await tailed.tail({ rules: { other: (row) => [`other:${row["id"]}`] } });
  expect(log.renewed).toBe(2);
  expect(await tagsFor(log, "INSERT INTO other VALUES (51); INSERT INTO product VALUES (51)")).toEqual([
    "other:51",
  ]);
  await second.stop();
  await tailed.tail({ rules: { other: () => ["others"] } });
  expect(log.renewed).toBe(2);
  expect(await tagsFor(log, "INSERT INTO other VALUES (52)")).toEqual(["others"]);
});

it("takes messages without any rule", async () => {
  const log = await tail({});
  await emit(tailed.primary, '["product:1"]');
  await untilTags(log, "product:1");
  expect(log.tags).toEqual(["product:1"]);
});

it("leaves a table with a generated column and full identity as it can be updated", async () => {
  await tailed.pool.query(
    "CREATE TABLE shouted (id int PRIMARY KEY, kind text, shout text GENERATED ALWAYS AS (upper(kind)) STORED)",
  );
  await tailed.pool.query("ALTER TABLE shouted REPLICA IDENTITY FULL");
  await tailed.pool.query("INSERT INTO shouted VALUES (1, 'a')");
  const log = await tail({ shouted: (row) => [`kind:${row["kind"]}`] });
  expect(await tagsFor(log, "UPDATE shouted SET kind = 'b'")).toEqual(["kind:a", "kind:b"]);
});
