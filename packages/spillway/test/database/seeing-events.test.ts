// What the diagnostics channel says of each statement, and that `explain` says the same beforehand.

import { describe, expect, it } from "vitest";
import { causalityToken, runInScope } from "../../src/coherence/index.ts";
import type { Decision, QueryEvent, SpillwayPool } from "../../src/database/index.ts";
import { waitUntil } from "../wait.ts";
import { watchQueries } from "./queries.ts";
import { labelOf, seenCluster, untilReadFrom } from "./seen-cluster.ts";

process.env["SPILLWAY_SECRET"] = "a secret of sixteen and more";

const seen = seenCluster();
const select = "SELECT value FROM item WHERE id = 1";
const selectShape = "SELECT value FROM item WHERE id = ?";
const update = "UPDATE item SET value = value + 1 WHERE id = 1";

type Asked = Pick<SpillwayPool, "query" | "explain">;

/** Runs it, and returns its event and what `explain` said before it. */
async function ask(
  pool: Asked,
  text: string,
): Promise<{ event: QueryEvent; explained: Omit<Decision, "waitedMs"> }> {
  const watched = watchQueries();
  const explained = pool.explain(text);
  await pool.query(text);
  expect(watched.seen()).toHaveLength(1);
  return { event: watched.seen()[0]!, explained };
}

/** Runs it; expects `explain` to have said the same, and the event to be complete. Returns the event. */
async function agreed(pool: Asked, text: string): Promise<QueryEvent> {
  const { event, explained } = await ask(pool, text);
  const { server, role, reason, detail } = event;
  expect(explained).toMatchObject({ role, reason, detail });
  // Which of two replicas it is shows only when it is chosen.
  const known = role === "primary" ? { server, lsnGap: 0 } : {};
  expect({ ...explained, lsnGap: event.lsnGap }).toMatchObject(known);
  expect(event).toMatchObject({ rowCount: 1, durationMs: expect.any(Number), waitedMs: expect.any(Number) });
  expect(event).not.toHaveProperty("error");
  expect(event.durationMs).toBeGreaterThan(0);
  expect(event.waitedMs).toBeGreaterThanOrEqual(0);
  return event;
}

function onPrimary(reason: string): object {
  return { server: labelOf(seen.primary), role: "primary", reason };
}

/** Neither replica replays while `work` is done. */
async function whilePaused(work: () => Promise<void>): Promise<void> {
  await Promise.all(seen.replicas.map((replica) => replica.pauseReplay()));
  try {
    await work();
  } finally {
    await Promise.all(seen.replicas.map((replica) => replica.resumeReplay()));
    await seen.cluster.waitForCatchup();
  }
}

describe("a statement of the pool", () => {
  it("is a read at a replica", async () => {
    const pool = await seen.startPool();
    const event = await agreed(pool, select);
    expect(event).toMatchObject({ role: "replica", reason: "read", operation: "select", sql: selectShape });
    expect(seen.replicas.map(labelOf)).toContain(event.server);
    expect(event.lsnGap).toEqual(expect.any(Number));
  });

  it("is a write at the primary, with why it is not a read", async () => {
    const pool = await seen.startPool();
    expect(await agreed(pool, update)).toMatchObject({
      ...onPrimary("write"),
      operation: "update",
      lsnGap: 0,
    });
    const locking = await agreed(pool, `${select} FOR UPDATE`);
    expect(locking).toMatchObject({ ...onPrimary("write"), operation: "select" });
    expect(locking.detail).toMatch(/for update/i);
    const sequence = await agreed(pool, "SELECT nextval('ticket')");
    expect(sequence.detail).toContain("nextval");
  });

  it("is at the only server if there is but one", async () => {
    const pool = await seen.startPool({ replicas: [] });
    expect(await agreed(pool, select)).toMatchObject(onPrimary("single-server"));
  });

  it("is where it was asked for by name", async () => {
    const pool = await seen.startPool();
    expect(await agreed(pool.primary, select)).toMatchObject(onPrimary("asked"));
    expect(await agreed(pool.replica, select)).toMatchObject({ role: "replica", reason: "asked" });
  });

  it("is at the primary in a request that has written, and at the same replica in one that has not", async () => {
    const pool = await seen.startPool();
    await runInScope(async () => {
      const first = await agreed(pool, select);
      const second = await agreed(pool, select);
      expect(second).toMatchObject({ server: first.server, role: "replica", reason: "read" });
      expect(pool.explain(select).server).toBe(first.server);
      await agreed(pool, update);
      expect(await agreed(pool, select)).toMatchObject(onPrimary("pinned"));
    });
  });

  it("is at the primary while no replica has reached what must be seen", async () => {
    const pool = await seen.startPool();
    await whilePaused(async () => {
      let token: string | undefined;
      await runInScope(async () => {
        await pool.query(update);
        token = causalityToken();
      });
      await runInScope(
        async () => {
          expect(await agreed(pool, select)).toMatchObject(onPrimary("behind"));
        },
        { token },
      );
      expect(await agreed(pool, select)).toMatchObject(onPrimary("behind"));
    });
  });

  it("tells how long it waited for a replica", async () => {
    const pool = await seen.startPool({ replicaWaitMs: 60 });
    await whilePaused(async () => {
      await pool.query(update);
      const { event } = await ask(pool, select);
      expect(event).toMatchObject(onPrimary("behind"));
      expect(event.waitedMs).toBeGreaterThanOrEqual(59);
    });
  });

  it("tells how far the replica was behind that was asked for by name", async () => {
    const pool = await seen.startPool();
    await whilePaused(async () => {
      await pool.query("INSERT INTO item SELECT n, 0 FROM generate_series(1000, 3000) AS n");
      await waitUntil(() => pool.replica.explain(select).lsnGap > 100_000, "the gap to be known");
      const event = await agreed(pool.replica, select);
      expect(event).toMatchObject({ role: "replica", reason: "asked" });
      expect(event.lsnGap).toBeGreaterThan(100_000);
    });
  });
});

describe("a statement of a client", () => {
  it("belongs to its transaction after the one that opened it", async () => {
    const pool = await seen.startPool();
    const watched = watchQueries();
    const client = await pool.connect();
    for (const text of ["BEGIN", select, "COMMIT"]) await client.query(text);
    client.release();
    const operations = watched.seen().map(({ operation, reason }) => `${operation} ${reason}`);
    expect(operations).toEqual(["begin write", "select transaction", "commit transaction"]);
    expect(new Set(watched.seen().map(({ server }) => server))).toEqual(new Set([labelOf(seen.primary)]));
  });

  it("is at a replica in a transaction that only reads", async () => {
    const pool = await seen.startPool();
    const watched = watchQueries();
    const client = await pool.connect();
    for (const text of ["BEGIN READ ONLY", select, "COMMIT"]) await client.query(text);
    client.release();
    expect(watched.seen().map(({ role, reason }) => `${role} ${reason}`)).toEqual([
      "replica read",
      "replica transaction",
      "replica transaction",
    ]);
    expect(new Set(watched.seen().map(({ server }) => server)).size).toBe(1);
  });
});

describe("what an event holds", () => {
  it("is no literal and no value of a parameter", async () => {
    const pool = await seen.startPool();
    const watched = watchQueries();
    await pool.query("SELECT 'sekret', $1::text, 8765432 /* sekret */ -- sekret", ["sekret"]);
    await pool.query("UPDATE item SET value = length('sekret') WHERE $1 = 'sekret'", ["sekret"]);
    const failed = pool.query("SELECT 'sekret', $1::int", ["sekret"]);
    await expect(failed).rejects.toThrow("invalid input syntax");
    expect(watched.seen()).toHaveLength(3);
    const shown = JSON.stringify(watched.seen(), (key, value: unknown) =>
      key === "error" ? undefined : value,
    );
    expect(shown).not.toMatch(/sekret|8765432/);
    expect(watched.seen().map(({ sql }) => sql)).toEqual([
      "SELECT ?, $1::text, ?",
      "UPDATE item SET value = length(?) WHERE $1 = ?",
      "SELECT ?, $1::int",
    ]);
  });

  it("is the error of a statement that failed, and no row count", async () => {
    const pool = await seen.startPool();
    const watched = watchQueries();
    const error: unknown = await pool
      .query("INSERT INTO item VALUES (1, 0)")
      .catch((thrown: unknown) => thrown);
    expect(watched.seen()).toMatchObject([{ operation: "insert", rowCount: null, reason: "write" }]);
    expect(watched.seen()[0]!.error).toBe(error);
  });

  it("is how many rows there were", async () => {
    const pool = await seen.startPool();
    const watched = watchQueries();
    await pool.query("SELECT id FROM item WHERE id BETWEEN 2 AND 4");
    await pool.query("UPDATE item SET value = 0 WHERE id BETWEEN 2 AND 8");
    expect(watched.seen().map(({ rowCount }) => rowCount)).toEqual([3, 7]);
  });
});

// The last of this file: the replicas are not started again.
describe("when replicas are lost", () => {
  it("a request that read one moves to the primary, and strangers to the other, then to the primary", async () => {
    const pool = await seen.startPool();
    const [first, second] = seen.replicas;
    await runInScope(async () => {
      const { server } = await agreed(pool, select);
      const [mine, other] = server === labelOf(first) ? [first, second] : [second, first];
      await mine.stop("immediate");
      // The loss may be noticed by the statement itself, which then failed there first.
      const watched = watchQueries();
      await pool.query(select);
      expect(watched.seen().at(-1)).toMatchObject({ ...onPrimary("moved"), rowCount: 1 });
      expect(await agreed(pool, select)).toMatchObject(onPrimary("pinned"));
      await other.stop("immediate");
    });
    await untilReadFrom(pool, [seen.primary]);
    expect(await agreed(pool, select)).toMatchObject(onPrimary("no-replica"));
    expect(await agreed(pool.replica, select)).toMatchObject(onPrimary("no-replica"));
  });
});
