// What the pool does as a `pg.Pool`, and better than one.

import { once } from "node:events";
import { Pool, type PoolClient, type QueryResult } from "pg";
import { expect, it } from "vitest";
import { useItems } from "./items.ts";
import { watchQueries } from "./queries.ts";

const items = useItems();

async function sessionsStarted(): Promise<number> {
  const { rows } = await items.cluster.primary.query<{ sessions: string }>(
    "SELECT sessions FROM pg_stat_database WHERE datname = 'app'",
  );
  return Number(rows[0]!.sessions);
}

it("is a pg.Pool, and so are its handles", () => {
  const pool = items.newPool();
  for (const one of [pool, pool.primary, pool.replica]) expect(one).toBeInstanceOf(Pool);
  expect(pool.constructor.name).toMatch(/Pool$/);
});

it("connects to nothing before the first statement", async () => {
  const pool = items.newPool();
  expect(pool.totalCount).toBe(0);
  expect((await pool.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
});

it("keeps its connections over 200 violations of a constraint", async () => {
  const pool = items.newPool();
  await pool.query("INSERT INTO item VALUES (1, 'a')");
  await pool.query("SELECT pg_stat_force_next_flush()");
  const before = await sessionsStarted();
  for (let index = 0; index < 200; index++)
    await expect(pool.query("INSERT INTO item VALUES ($1, 'b')", [1])).rejects.toMatchObject({
      code: "23505",
    });
  // The two questions are sessions too.
  expect((await sessionsStarted()) - before).toBeLessThanOrEqual(2);
  expect(pool.totalCount - pool.idleCount).toBe(0);
});

it("leads the stack of an SQL error to the caller", async () => {
  const pool = items.newPool();
  const asTheAppDoes = async (): Promise<unknown> => await pool.query("SELECT broken FROM item");
  const error = (await asTheAppDoes().catch((thrown: unknown) => thrown)) as Error;
  expect(error.stack).toContain("asTheAppDoes");
});

it("takes callbacks, as pg.Pool does", async () => {
  const pool = items.newPool();
  const rows = await new Promise((resolve, reject) => {
    pool.query("SELECT $1::int AS one", [1], (error, result) =>
      error ? reject(error) : resolve(result.rows),
    );
  });
  expect(rows).toEqual([{ one: 1 }]);
  const failed = await new Promise((resolve) => pool.query("SELECT nothing", (error) => resolve(error)));
  expect(failed).toMatchObject({ code: "42703" });
  const viaClient = await new Promise((resolve) => {
    pool.connect((_error, client, done) => {
      client!.query("SELECT 2 AS two", (_failure, result) => {
        done();
        resolve(result.rows);
      });
    });
  });
  expect(viaClient).toEqual([{ two: 2 }]);
});

it("prepares a statement at its second use, and survives a change of its table", async () => {
  const pool = items.newPool({ max: 1, budget: false });
  await pool.primary.query("INSERT INTO item VALUES (1, 'a')");
  const read = (): Promise<QueryResult> => pool.primary.query("SELECT * FROM item WHERE id = $1", [1]);
  const prepared = async (): Promise<number> => {
    const ask =
      "SELECT count(*)::int AS count FROM pg_prepared_statements WHERE statement LIKE '%item WHERE id%'";
    return (await pool.primary.query(ask)).rows[0].count;
  };
  await read();
  expect(await prepared()).toBe(0);
  await read();
  expect(await prepared()).toBe(1);
  await items.cluster.primary.query("ALTER TABLE item ADD COLUMN extra int DEFAULT 5");
  try {
    expect((await read()).rows).toEqual([{ id: 1, name: "a", extra: 5 }]);
    expect((await pool.primary.query({ name: "own", text: "SELECT * FROM item" })).rows).toHaveLength(1);
    await items.cluster.primary.query("ALTER TABLE item DROP COLUMN extra");
    expect((await pool.primary.query({ name: "own", text: "SELECT * FROM item" })).rows).toEqual([
      { id: 1, name: "a" },
    ]);
  } finally {
    await items.cluster.primary.query("ALTER TABLE item DROP COLUMN IF EXISTS extra");
  }
});

it("prepares nothing when told so", async () => {
  const pool = items.newPool({ max: 1, budget: false, namedStatements: false });
  for (let index = 0; index < 5; index++) await pool.primary.query("SELECT $1::int", [index]);
  const ask = "SELECT count(*)::int AS count FROM pg_prepared_statements WHERE statement LIKE '%$1::int%'";
  expect((await pool.primary.query(ask)).rows[0].count).toBe(0);
});

it("prepares anew what was deallocated behind its back", async () => {
  const pool = items.newPool({ max: 1, budget: false });
  const read = (): Promise<QueryResult> => pool.primary.query("SELECT name FROM item WHERE id = $1", [1]);
  for (let index = 0; index < 3; index++) await read();
  await pool.primary.query("DEALLOCATE ALL");
  expect((await read()).rows).toEqual([]);
});

it("remembers a statement that a replica refused", async () => {
  await items.cluster.primary.query("CREATE SEQUENCE IF NOT EXISTS ticket");
  await items.cluster.primary.query(
    "CREATE OR REPLACE VIEW next_ticket AS SELECT nextval('ticket') AS number",
  );
  await items.cluster.primary.query("GRANT ALL ON next_ticket, ticket TO app");
  await items.cluster.waitForCatchup();
  const pool = await items.readyPool();
  const queries = watchQueries();
  const numbers = [];
  for (let index = 0; index < 3; index++)
    numbers.push((await pool.query("SELECT * FROM next_ticket")).rows[0].number);
  expect(numbers).toEqual(["1", "2", "3"]);
  expect(queries.seen().map(({ role }) => role)).toEqual(["replica", "primary", "primary", "primary"]);
});

it("asks the primary for a table that the replicas have not replayed yet", async () => {
  const pool = await items.readyPool();
  for (const replica of items.cluster.replicas) await replica.pauseReplay();
  try {
    await items.cluster.primary.query("CREATE TABLE brand_new AS SELECT 1 AS id");
    await items.cluster.primary.query("GRANT ALL ON brand_new TO app");
    expect((await pool.query("SELECT id FROM brand_new")).rows).toEqual([{ id: 1 }]);
  } finally {
    for (const replica of items.cluster.replicas) await replica.resumeReplay();
  }
});

it("routes by name: everything through a handle goes where the handle says", async () => {
  const pool = await items.readyPool();
  const queries = watchQueries();
  await pool.primary.query("SELECT name FROM item");
  await pool.replica.query("SELECT pg_is_in_recovery() AS standby");
  expect(queries.seen().map(({ role, reason }) => [role, reason])).toEqual([
    ["primary", "asked"],
    ["replica", "asked"],
  ]);
});

it("waits for a replica to catch up when told to, and says how long", async () => {
  const pool = await items.readyPool({ replicaWaitMs: 2_000 });
  const queries = watchQueries();
  for (let index = 1; index <= 20; index++) {
    await pool.query("INSERT INTO item VALUES ($1, 'w')", [index]);
    expect((await pool.query("SELECT name FROM item WHERE id = $1", [index])).rows).toHaveLength(1);
  }
  const reads = queries.seen().filter(({ operation }) => operation === "select");
  expect(new Set(reads.map(({ role }) => role))).toEqual(new Set(["replica"]));
  expect(Math.max(...reads.map(({ waitedMs }) => waitedMs))).toBeGreaterThan(0);
});

it("reads through one shared connection when told to, and survives its end", async () => {
  const pool = await items.readyPool({ pipelineReads: true });
  await pool.query("INSERT INTO item SELECT n, 'p' || n FROM generate_series(1, 100) AS n");
  await items.cluster.waitForCatchup();
  const read = (id: number): Promise<QueryResult> => pool.query("SELECT name FROM item WHERE id = $1", [id]);
  const ids = Array.from({ length: 100 }, (_, index) => index + 1);
  const all = async (): Promise<string[]> =>
    (await Promise.all(ids.map(read))).map(({ rows }) => rows[0].name);
  const expected = ids.map((id) => `p${id}`);
  expect(await all()).toEqual(expected);
  const reading = all();
  for (const node of [items.cluster.primary, ...items.cluster.replicas])
    await node.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'app'");
  expect(await reading).toEqual(expected);
  expect(await all()).toEqual(expected);
  await expect(pool.query("SELECT 1 / (id - id) FROM item")).rejects.toMatchObject({ code: "22012" });
});

it("forwards the events of its connections", async () => {
  const pool = items.newPool();
  const connected = once(pool, "connect");
  await pool.query("SELECT 1");
  const [client] = (await connected) as [PoolClient];
  expect((await client.query("SELECT 3 AS three")).rows).toEqual([{ three: 3 }]);
});

it("ends a statement that takes too long, by the server's own hand", async () => {
  const pool = items.newPool({ statement_timeout: 100 });
  await expect(pool.query("SELECT pg_sleep(5)")).rejects.toMatchObject({ code: "57014" });
});

it("says that all connections stayed in use, instead of only that time ran out", async () => {
  const pool = items.newPool({ max: 1, budget: false, connectionTimeoutMillis: 200 });
  const client = await pool.connect();
  await client.query("BEGIN");
  await expect(pool.query("UPDATE item SET name = 'x'")).rejects.toMatchObject({
    code: "SPILLWAY_DATABASE_BUSY",
    data: { max: 1, waitedMs: 200 },
  });
  await client.query("ROLLBACK");
  client.release();
});

it("refuses to work when it has ended", async () => {
  const pool = items.newPool();
  await pool.query("SELECT 1");
  items.disown(pool);
  await pool.end();
  expect(pool.ended).toBe(true);
  await expect(pool.query("SELECT 1")).rejects.toThrow(/after calling end/);
  await expect(pool.connect()).rejects.toThrow(/after calling end/);
  await expect(pool.end()).rejects.toThrow(/more than once/);
});
