// What the pool does as a `pg.Pool`, and better than one.

import { once } from "node:events";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Pool, type Notification, type PoolClient, type QueryResult } from "pg";
import copyStreams from "pg-copy-streams";
import Cursor from "pg-cursor";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { type Cluster, startCluster } from "../../../../testing/postgres-cluster.ts";
import { causalityToken, runInScope } from "../../src/coherence/index.ts";
import { SpillwayPool, type SpillwayPoolConfig } from "../../src/database/index.ts";
import { waitUntil } from "../wait.ts";
import { watchQueries } from "./queries.ts";

let cluster: Cluster;
const pools: SpillwayPool[] = [];

beforeAll(async () => {
  cluster = await startCluster({ replicas: 2 });
  await cluster.primary.query("CREATE TABLE item (id int PRIMARY KEY, name text)");
  await cluster.primary.query("ALTER TABLE item OWNER TO app");
  await cluster.waitForCatchup();
});

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.end()));
  await cluster.primary.query("TRUNCATE item");
});

afterAll(() => cluster.stop());

function newPool(config: SpillwayPoolConfig = {}): SpillwayPool {
  const replicas = cluster.replicas.map(({ url }) => url);
  const pool = new SpillwayPool({ connectionString: cluster.primary.url, replicas, ...config });
  pools.push(pool);
  return pool;
}

/** A pool whose replicas are read. */
async function readyPool(config: SpillwayPoolConfig = {}): Promise<SpillwayPool> {
  const pool = newPool(config);
  await waitUntil(async () => {
    await pool.query("SELECT name FROM item");
    return pool.explain("SELECT name FROM item").role === "replica";
  }, "a replica to be read");
  return pool;
}

async function sessionsStarted(): Promise<number> {
  const { rows } = await cluster.primary.query<{ sessions: string }>(
    "SELECT sessions FROM pg_stat_database WHERE datname = 'app'",
  );
  return Number(rows[0]!.sessions);
}

it("is a pg.Pool, and so are its handles", () => {
  const pool = newPool();
  for (const one of [pool, pool.primary, pool.replica]) expect(one).toBeInstanceOf(Pool);
  expect(pool.constructor.name).toMatch(/Pool$/);
});

it("connects to nothing before the first statement", async () => {
  const pool = newPool();
  expect(pool.totalCount).toBe(0);
  expect((await pool.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
});

it("keeps its connections over 200 violations of a constraint", async () => {
  const pool = newPool();
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
  const pool = newPool();
  const asTheAppDoes = async (): Promise<unknown> => await pool.query("SELECT broken FROM item");
  const error = (await asTheAppDoes().catch((thrown: unknown) => thrown)) as Error;
  expect(error.stack).toContain("asTheAppDoes");
});

it("takes callbacks, as pg.Pool does", async () => {
  const pool = newPool();
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
  const pool = newPool({ max: 1, budget: false });
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
  await cluster.primary.query("ALTER TABLE item ADD COLUMN extra int DEFAULT 5");
  try {
    expect((await read()).rows).toEqual([{ id: 1, name: "a", extra: 5 }]);
    expect((await pool.primary.query({ name: "own", text: "SELECT * FROM item" })).rows).toHaveLength(1);
    await cluster.primary.query("ALTER TABLE item DROP COLUMN extra");
    expect((await pool.primary.query({ name: "own", text: "SELECT * FROM item" })).rows).toEqual([
      { id: 1, name: "a" },
    ]);
  } finally {
    await cluster.primary.query("ALTER TABLE item DROP COLUMN IF EXISTS extra");
  }
});

it("prepares nothing when told so", async () => {
  const pool = newPool({ max: 1, budget: false, namedStatements: false });
  for (let index = 0; index < 5; index++) await pool.primary.query("SELECT $1::int", [index]);
  const ask = "SELECT count(*)::int AS count FROM pg_prepared_statements WHERE statement LIKE '%$1::int%'";
  expect((await pool.primary.query(ask)).rows[0].count).toBe(0);
});

it("gives a client that stays on its session: settings, temporary tables and locks hold", async () => {
  const pool = await readyPool();
  const client = await pool.connect();
  await client.query("SET application_name = 'mine'");
  expect((await client.query("SELECT current_setting('application_name') AS name")).rows).toEqual([
    { name: "mine" },
  ]);
  await client.query("CREATE TEMPORARY TABLE draft (id int)");
  await client.query("INSERT INTO draft VALUES (1)");
  expect((await client.query("SELECT id FROM draft")).rows).toEqual([{ id: 1 }]);
  client.release();
  expect(() => client.release()).toThrow(/already been released/);
  await expect(client.query("SELECT 1")).rejects.toThrow(/released/);
});

it("moves a client that has only read to the primary when it writes, and sends its reads there after", async () => {
  const pool = await readyPool();
  const queries = watchQueries();
  const client = await pool.connect();
  await client.query("SELECT name FROM item WHERE id = 9");
  await client.query("INSERT INTO item VALUES (9, 'nine')");
  expect((await client.query("SELECT name FROM item WHERE id = 9")).rows).toEqual([{ name: "nine" }]);
  client.release();
  expect(queries.seen().map(({ role }) => role)).toEqual(["replica", "primary", "primary"]);
});

it("never hands on a connection in an open transaction", async () => {
  const pool = newPool({ max: 1, budget: false });
  const client = await pool.connect();
  await client.query("BEGIN");
  await client.query("INSERT INTO item VALUES (5, 'open')");
  client.release();
  expect((await pool.primary.query("SELECT id FROM item WHERE id = 5")).rows).toEqual([]);
});

it("holds no connection for a client whose BEGIN was refused, even if it is never released", async () => {
  const pool = newPool({ max: 1, budget: false });
  const client = await pool.connect();
  await expect(client.query("BEGIN ISOLATION LEVEL SERIALISABLE")).rejects.toMatchObject({ code: "42601" });
  expect((await pool.primary.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
});

it("moves a READ ONLY transaction to the primary for a lock, and refuses one after it has read", async () => {
  const pool = await readyPool();
  const client = await pool.connect();
  await client.query("BEGIN READ ONLY");
  await client.query("SELECT pg_advisory_xact_lock(1)");
  const held = await cluster.primary.query(
    "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = 1",
  );
  expect(held.rows).toHaveLength(1);
  await client.query("COMMIT");
  client.release();
  const reader = await pool.connect();
  await reader.query("BEGIN READ ONLY");
  await reader.query("SELECT name FROM item");
  const refused = await reader.query("SELECT pg_advisory_xact_lock(1)").catch((thrown: unknown) => thrown);
  await reader.query("ROLLBACK");
  reader.release();
  expect(refused).toMatchObject({ code: "SPILLWAY_DATABASE_SESSION_STATEMENT" });
});

it("listens on the primary and passes notifications on", async () => {
  const pool = await readyPool();
  const client = await pool.connect();
  await client.query("LISTEN news");
  const heard = once(client, "notification");
  await pool.query("NOTIFY news, 'it works'");
  const [message] = (await heard) as [Notification];
  expect(message.payload).toBe("it works");
  client.release(true);
});

it("reads with a cursor, and copies rows in that are then read", async () => {
  const pool = await readyPool();
  const writer = await pool.connect();
  const lines = Array.from({ length: 500 }, (_, index) => `${index}\trow ${index}\n`);
  await pipeline(Readable.from(lines), writer.query(copyStreams.from("COPY item FROM STDIN")));
  writer.release();
  expect((await pool.query("SELECT count(*)::int AS count FROM item")).rows).toEqual([{ count: 500 }]);
  const reader = await pool.connect();
  const cursor = reader.query(new Cursor("SELECT id FROM item ORDER BY id"));
  expect(await cursor.read(2)).toEqual([{ id: 0 }, { id: 1 }]);
  expect(await cursor.read(1)).toEqual([{ id: 2 }]);
  await cursor.close();
  reader.release();
});

it("sends the bearer of a COPY's token to the primary, since nobody knows where it ended", async () => {
  process.env["SPILLWAY_SECRET"] = "a secret of the tests";
  const pool = await readyPool();
  const token = await runInScope(async () => {
    const writer = await pool.connect();
    await pipeline(Readable.from(["1\tone\n"]), writer.query(copyStreams.from("COPY item FROM STDIN")));
    writer.release();
    return causalityToken();
  });
  const decision = runInScope(() => pool.explain("SELECT name FROM item"), { token });
  expect(decision).toMatchObject({ role: "primary", reason: "behind" });
});

it.each([
  ["one text of several statements", ["BEGIN", "INSERT INTO item VALUES (1, 'a')", "COMMIT; SELECT 1"]],
  [
    "synchronous_commit off for the session",
    ["SET synchronous_commit = off", "INSERT INTO item VALUES (1, 'a')"],
  ],
  [
    "synchronous_commit off for the transaction",
    ["BEGIN", "SET LOCAL synchronous_commit = off", "INSERT INTO item VALUES (1, 'a')", "COMMIT"],
  ],
  ["a chained transaction", ["BEGIN", "INSERT INTO item VALUES (1, 'a')", "COMMIT AND CHAIN", "ROLLBACK"]],
  ["a savepoint", ["BEGIN", "SAVEPOINT s", "INSERT INTO item VALUES (1, 'a')", "RELEASE s", "COMMIT"]],
  ["a DO block", ["DO $$ BEGIN INSERT INTO item VALUES (1, 'a'); END $$"]],
  ["a function", ["SELECT add_item(1)"]],
  [
    "synchronous_commit off for all sessions",
    ["INSERT INTO item VALUES (1, 'a')"],
    "-c synchronous_commit=off",
  ],
])(
  "lets everyone of this process read what was committed through %s",
  async (_how, statements, options = "") => {
    await cluster.primary.query(
      "CREATE OR REPLACE FUNCTION add_item(int) RETURNS void LANGUAGE sql AS 'INSERT INTO item VALUES ($1)'",
    );
    const pool = await readyPool({ name: "commits", options });
    for (let round = 0; round < 10; round++) {
      // Only where replicas are read again can one be read too early.
      await expect.poll(() => pool.explain("SELECT id FROM item").role, { interval: 5 }).toBe("replica");
      const client = await pool.connect();
      for (const statement of statements) await client.query(statement);
      client.release();
      expect((await pool.query("SELECT id FROM item")).rows).toEqual([{ id: 1 }]);
      await pool.query("DELETE FROM item");
      expect((await pool.query("SELECT id FROM item")).rows).toEqual([]);
    }
  },
);

it("prepares anew what was deallocated behind its back", async () => {
  const pool = newPool({ max: 1, budget: false });
  const read = (): Promise<QueryResult> => pool.primary.query("SELECT name FROM item WHERE id = $1", [1]);
  for (let index = 0; index < 3; index++) await read();
  await pool.primary.query("DEALLOCATE ALL");
  expect((await read()).rows).toEqual([]);
});

it("remembers a statement that a replica refused", async () => {
  await cluster.primary.query("CREATE SEQUENCE IF NOT EXISTS ticket");
  await cluster.primary.query("CREATE OR REPLACE VIEW next_ticket AS SELECT nextval('ticket') AS number");
  await cluster.primary.query("GRANT ALL ON next_ticket, ticket TO app");
  await cluster.waitForCatchup();
  const pool = await readyPool();
  const queries = watchQueries();
  const numbers = [];
  for (let index = 0; index < 3; index++)
    numbers.push((await pool.query("SELECT * FROM next_ticket")).rows[0].number);
  expect(numbers).toEqual(["1", "2", "3"]);
  expect(queries.seen().map(({ role }) => role)).toEqual(["replica", "primary", "primary", "primary"]);
});

it("asks the primary for a table that the replicas have not replayed yet", async () => {
  const pool = await readyPool();
  for (const replica of cluster.replicas) await replica.pauseReplay();
  try {
    await cluster.primary.query("CREATE TABLE brand_new AS SELECT 1 AS id");
    await cluster.primary.query("GRANT ALL ON brand_new TO app");
    expect((await pool.query("SELECT id FROM brand_new")).rows).toEqual([{ id: 1 }]);
  } finally {
    for (const replica of cluster.replicas) await replica.resumeReplay();
  }
});

it("routes by name: everything through a handle goes where the handle says", async () => {
  const pool = await readyPool();
  const queries = watchQueries();
  await pool.primary.query("SELECT name FROM item");
  await pool.replica.query("SELECT pg_is_in_recovery() AS standby");
  expect(queries.seen().map(({ role, reason }) => [role, reason])).toEqual([
    ["primary", "asked"],
    ["replica", "asked"],
  ]);
});

it("waits for a replica to catch up when told to, and says how long", async () => {
  const pool = await readyPool({ replicaWaitMs: 2_000 });
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
  const pool = await readyPool({ pipelineReads: true });
  await pool.query("INSERT INTO item SELECT n, 'p' || n FROM generate_series(1, 100) AS n");
  await cluster.waitForCatchup();
  const read = (id: number): Promise<QueryResult> => pool.query("SELECT name FROM item WHERE id = $1", [id]);
  const ids = Array.from({ length: 100 }, (_, index) => index + 1);
  const all = async (): Promise<string[]> =>
    (await Promise.all(ids.map(read))).map(({ rows }) => rows[0].name);
  const expected = ids.map((id) => `p${id}`);
  expect(await all()).toEqual(expected);
  const reading = all();
  for (const node of [cluster.primary, ...cluster.replicas])
    await node.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'app'");
  expect(await reading).toEqual(expected);
  expect(await all()).toEqual(expected);
  await expect(pool.query("SELECT 1 / (id - id) FROM item")).rejects.toMatchObject({ code: "22012" });
});

it("forwards the events of its connections", async () => {
  const pool = newPool();
  const connected = once(pool, "connect");
  await pool.query("SELECT 1");
  const [client] = (await connected) as [PoolClient];
  expect((await client.query("SELECT 3 AS three")).rows).toEqual([{ three: 3 }]);
});

it("ends a statement that takes too long, by the server's own hand", async () => {
  const pool = newPool({ statement_timeout: 100 });
  await expect(pool.query("SELECT pg_sleep(5)")).rejects.toMatchObject({ code: "57014" });
});

it("says that all connections stayed in use, instead of only that time ran out", async () => {
  const pool = newPool({ max: 1, budget: false, connectionTimeoutMillis: 200 });
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
  const pool = newPool();
  await pool.query("SELECT 1");
  pools.pop();
  await pool.end();
  expect(pool.ended).toBe(true);
  await expect(pool.query("SELECT 1")).rejects.toThrow(/after calling end/);
  await expect(pool.connect()).rejects.toThrow(/after calling end/);
  await expect(pool.end()).rejects.toThrow(/more than once/);
});
