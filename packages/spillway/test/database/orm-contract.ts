// What holds for every ORM over a SpillwayPool, on a real primary with two replicas.

import { Pool } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cluster, type PostgresNode, startCluster } from "../../../../testing/postgres-cluster.ts";
import { SpillwayPool } from "../../src/database/index.ts";
import { waitUntil } from "../wait.ts";
import { type Orm, type Session, items, makeTables } from "./orm.ts";

/** Filled before the first test runs. */
interface Bench {
  cluster: Cluster;
  primary: PostgresNode;
  pool: Pool;
  session: Session;
}

export function ormContract(orm: Orm): void {
  const bench = {} as Bench;
  beforeAll(async () => {
    bench.cluster = await startCluster({ replicas: 2, settings: { log_connections: "authorization" } });
    bench.primary = bench.cluster.primary;
    await makeTables(bench.primary);
    await bench.cluster.waitForCatchup();
    const replicas = bench.cluster.replicas.map(({ url }) => url);
    bench.pool = new SpillwayPool({ connectionString: bench.primary.url, replicas });
    bench.session = await orm.open(bench.pool);
  });
  afterAll(() => bench.cluster?.stop());

  describe("routing", () => {
    routing(bench, orm);
  });
  describe("transactions", () => {
    transactions(bench);
  });
  describe("statements that only look like reads", () => {
    traps(bench);
  });
  describe("own writes", () => {
    ownWrites(bench);
  });
  describe("errors and faults", () => {
    faults(bench);
  });

  it("leaves no connection on any server once the pool has ended", async () => {
    await bench.session.close();
    await bench.pool.end();
    for (const node of bench.cluster.nodes) {
      await expect.poll(() => backendsOf(node), { timeout: 10_000 }).toEqual([]);
    }
  });
}

function routing(bench: Bench, { kinds }: Orm): void {
  it("is a pool to everybody who asks", () => {
    expect(bench.pool).toBeInstanceOf(Pool);
  });

  it("reads from replicas", async () => {
    await replicasAreRead(bench);
    const asked = await Promise.all(Array.from({ length: 20 }, () => bench.session.askPort()));
    expect(asked).not.toContain(bench.primary.port);
  });

  it("reads text from replicas", async () => {
    await replicasAreRead(bench);
    const ask = "SELECT inet_server_port() AS port FROM item WHERE id = 1";
    const isRead = async (): Promise<boolean> =>
      replicaPorts(bench).includes((await bench.session.raw(ask))[0]!["port"] as number);
    // At its first sight of a function the pool does not know yet what it does.
    await expect.poll(isRead, { timeout: 10_000 }).toBe(true);
  });

  it.for(kinds.map((kind) => ({ kind, server: kind === "read only" ? "a replica" : "the primary" })))(
    "runs a $kind transaction on $server",
    async ({ kind, server }) => {
      await replicasAreRead(bench);
      await bench.session.transaction(async (inside) => {
        const ports = server === "a replica" ? replicaPorts(bench) : [bench.primary.port];
        const asked = [await inside.askPort(), await inside.askPort()];
        expect(ports).toContain(asked[0]);
        expect(asked[1]).toBe(asked[0]);
      }, kind);
    },
  );

  it("runs any other transaction on the primary, its reads included", async () => {
    await replicasAreRead(bench);
    await bench.session.transaction(async (inside) => {
      expect(await inside.askPort()).toBe(bench.primary.port);
    });
  });
}

class Undo extends Error {}

function transactions(bench: Bench): void {
  it("keeps exactly what was committed, of forty transactions at once", async () => {
    const ids = Array.from({ length: 40 }, (_, index) => 1_000 + index);
    const runs = ids.map((id) =>
      bench.session.transaction(async (inside) => {
        await inside.add(id, id);
        expect(await inside.read(id)).toBe(id);
        if (id % 2 === 1) throw new Undo();
      }),
    );
    const ends = await Promise.allSettled(runs);
    expect(ends.filter((end) => end.status === "rejected" && end.reason instanceof Undo)).toHaveLength(20);
    expect(await idsFrom(bench, 1_000)).toEqual(ids.filter((id) => id % 2 === 0));
  });

  it("keeps the outer transaction when an inner one is rolled back", async () => {
    await bench.session.rollBackInner(2_000, 2_001);
    expect(await idsFrom(bench, 2_000)).toEqual([2_000]);
  });
}

function traps(bench: Bench): void {
  it("locks a row on the primary", async () => {
    await replicasAreRead(bench);
    expect(await bench.session.selectForUpdate(items.locked)).toBe(bench.primary.port);
  });

  it.for(["updateInsideWith", "updateAfterWith", "upsert", "rawReturning"] as const)(
    "runs %s once",
    async (trap) => {
      await replicasAreRead(bench);
      const before = await valueOf(bench, items.trapped);
      await bench.session[trap](items.trapped);
      expect(await valueOf(bench, items.trapped)).toBe(before + 1);
    },
  );

  it("draws each number of a sequence once", async () => {
    await replicasAreRead(bench);
    const first = await bench.session.nextTicket();
    expect(await bench.session.nextTicket()).toBe(first + 1);
  });

  it("takes an advisory lock on the primary", async () => {
    await replicasAreRead(bench);
    expect(await bench.session.advisoryLock(7)).toBe(bench.primary.port);
  });
}

function ownWrites(bench: Bench): void {
  it("are read back at once, 200 times of 200", async () => {
    expect(await staleReads(bench, 200)).toBe(0);
  });

  it("are read back at once while a replica replays nothing", async () => {
    const [paused] = bench.cluster.replicas;
    await paused!.pauseReplay();
    const stale = await staleReads(bench, 200);
    await paused!.resumeReplay();
    expect(stale).toBe(0);
  });

  it("are read back at once by twenty who write at the same time", async () => {
    const writers = Array.from({ length: 20 }, async (_, index) => {
      await bench.session.add(3_000 + index, index);
      return await bench.session.read(3_000 + index);
    });
    expect(await Promise.all(writers)).toEqual(writers.map((_, index) => index));
  });
}

function faults(bench: Bench): void {
  it("tells a unique violation in its own words, and keeps the connection", async () => {
    await bench.session.add(4_000, 0);
    const before = connectionsMade(bench.primary);
    let known = 0;
    for (let attempt = 0; attempt < 200; attempt++) {
      await bench.session.add(4_000, 0).catch((error: unknown) => {
        if (bench.session.isUniqueViolation(error)) known++;
      });
    }
    expect(known).toBe(200);
    expect(connectionsMade(bench.primary) - before).toBe(0);
  });

  it("reads on when a replica stops, and from it again when it is back", async () => {
    await replicasAreRead(bench);
    const [stopped] = bench.cluster.replicas;
    await stopped!.stop();
    for (let read = 0; read < 100; read++) expect(await bench.session.read(items.plain)).toBe(0);
    await stopped!.start();
    await expect.poll(() => bench.session.askPort(), { timeout: 10_000 }).toBe(stopped!.port);
  });
}

/** Resolves when the replicas have all that was written, and the pool knows it. */
async function replicasAreRead(bench: Bench): Promise<void> {
  await bench.cluster.waitForCatchup();
  const isRead = async (): Promise<boolean> => replicaPorts(bench).includes(await bench.session.askPort());
  await waitUntil(isRead, "a read to be answered by a replica");
}

async function staleReads({ session }: Bench, count: number): Promise<number> {
  let stale = 0;
  for (let value = 1; value <= count; value++) {
    await session.set(items.written, value);
    if ((await session.read(items.written)) !== value) stale++;
  }
  return stale;
}

function replicaPorts({ cluster }: Bench): number[] {
  return cluster.replicas.map(({ port }) => port);
}

async function valueOf({ primary }: Bench, id: number): Promise<number> {
  const { rows } = await primary.query<{ value: number }>("SELECT value FROM item WHERE id = $1", [id]);
  return rows[0]!.value;
}

/** Ids of the thousand from `first` on. */
async function idsFrom({ primary }: Bench, first: number): Promise<number[]> {
  const ids = "SELECT id FROM item WHERE id BETWEEN $1 AND $1::int + 999 ORDER BY id";
  return (await primary.query<{ id: number }>(ids, [first])).rows.map(({ id }) => id);
}

/** Connections that the server has let the app make, from its start on. */
function connectionsMade(node: PostgresNode): number {
  return node.log().split("connection authorized: user=app ").length - 1;
}

/** The processes that serve the app. */
async function backendsOf(node: PostgresNode): Promise<number[]> {
  const pids = "SELECT pid FROM pg_stat_activity WHERE usename = 'app' ORDER BY pid";
  return (await node.query<{ pid: number }>(pids)).rows.map(({ pid }) => pid);
}
