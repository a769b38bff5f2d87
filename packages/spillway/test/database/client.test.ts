// What `pool.connect()` gives: sessions, transactions, cursors, copies, notifications, and what they commit.

import { once } from "node:events";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Notification } from "pg";
import copyStreams from "pg-copy-streams";
import Cursor from "pg-cursor";
import { expect, it } from "vitest";
import { causalityToken, runInScope } from "../../src/coherence/index.ts";
import { useItems } from "./items.ts";
import { watchQueries } from "./queries.ts";

const items = useItems();

it("gives a client that stays on its session: settings, temporary tables and locks hold", async () => {
  const pool = await items.readyPool();
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
  const pool = await items.readyPool();
  const queries = watchQueries();
  const client = await pool.connect();
  await client.query("SELECT name FROM item WHERE id = 9");
  await client.query("INSERT INTO item VALUES (9, 'nine')");
  expect((await client.query("SELECT name FROM item WHERE id = 9")).rows).toEqual([{ name: "nine" }]);
  client.release();
  expect(queries.seen().map(({ role }) => role)).toEqual(["replica", "primary", "primary"]);
});

it("never hands on a connection in an open transaction", async () => {
  const pool = items.newPool({ max: 1, budget: false });
  const client = await pool.connect();
  await client.query("BEGIN");
  await client.query("INSERT INTO item VALUES (5, 'open')");
  client.release();
  expect((await pool.primary.query("SELECT id FROM item WHERE id = 5")).rows).toEqual([]);
});

it("holds no connection for a client whose BEGIN was refused, even if it is never released", async () => {
  const pool = items.newPool({ max: 1, budget: false });
  const client = await pool.connect();
  await expect(client.query("BEGIN ISOLATION LEVEL SERIALISABLE")).rejects.toMatchObject({ code: "42601" });
  expect((await pool.primary.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
});

it("moves a READ ONLY transaction to the primary for a lock, and refuses one after it has read", async () => {
  const pool = await items.readyPool();
  const client = await pool.connect();
  await client.query("BEGIN READ ONLY");
  await client.query("SELECT pg_advisory_xact_lock(1)");
  const held = await items.cluster.primary.query(
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
  const pool = await items.readyPool();
  const client = await pool.connect();
  await client.query("LISTEN news");
  const heard = once(client, "notification");
  await pool.query("NOTIFY news, 'it works'");
  const [message] = (await heard) as [Notification];
  expect(message.payload).toBe("it works");
  client.release(true);
});

it("reads with a cursor, and copies rows in that are then read", async () => {
  const pool = await items.readyPool();
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
  const pool = await items.readyPool();
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
    await items.cluster.primary.query(
      "CREATE OR REPLACE FUNCTION add_item(int) RETURNS void LANGUAGE sql AS 'INSERT INTO item VALUES ($1)'",
    );
    const pool = await items.readyPool({ name: "commits", options });
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
