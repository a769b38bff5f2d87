// Replicas that are ill in ways that a connection alone does not show.

import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { type Cluster, type PostgresNode, startCluster } from "../../../../testing/postgres-cluster.ts";
import { runInScope } from "../../src/coherence/index.ts";
import { SpillwayPool, type SpillwayPoolConfig } from "../../src/database/index.ts";
import { waitUntil } from "../wait.ts";
import { watchQueries } from "./queries.ts";

let cluster: Cluster;
let first: PostgresNode;
let second: PostgresNode;
const pools: SpillwayPool[] = [];

beforeAll(async () => {
  cluster = await startCluster({
    replicas: 2,
    settings: { hot_standby_feedback: "off", max_standby_streaming_delay: "100ms" },
  });
  [first, second] = cluster.replicas as [PostgresNode, PostgresNode];
  await cluster.primary.query("CREATE TABLE note (id int PRIMARY KEY, text text)");
  await cluster.primary.query("GRANT ALL ON note TO app, plain");
  await cluster.primary.query("INSERT INTO note SELECT n, 'x' FROM generate_series(1, 1000) AS n");
  await cluster.waitForCatchup();
});

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.end()));
});

afterAll(() => cluster.stop());

function both(): number[] {
  return [first.port, second.port].toSorted((a, b) => a - b);
}

async function startPool(config: SpillwayPoolConfig = {}): Promise<SpillwayPool> {
  const replicas = cluster.replicas.map(({ url }) => url);
  const pool = new SpillwayPool({ connectionString: cluster.primary.url, replicas, ...config });
  pools.push(pool);
  await pool.query("SELECT 1");
  await vi.waitFor(async () => expect(await portsRead(pool)).toEqual(both()), poll);
  return pool;
}

/** Which servers reads are spread over now, by their ports. */
async function portsRead(pool: SpillwayPool): Promise<number[]> {
  await pool.query("SELECT text FROM note WHERE id = 1");
  const used = Array.from({ length: 10 }, () => pool.explain("SELECT text FROM note").server);
  return [...new Set(used)].map((label) => Number(label.split(":")[1])).toSorted((a, b) => a - b);
}

const poll = { timeout: 10_000, interval: 10 };

it("answers the reads that hang in a frozen replica elsewhere", async () => {
  const pool = await startPool();
  await first.freeze();
  try {
    const answers = await Promise.all(
      Array.from({ length: 60 }, () => pool.query("SELECT text FROM note WHERE id = $1", [7])),
    );
    expect(answers.map(({ rows }) => rows[0].text)).toEqual(Array.from({ length: 60 }, () => "x"));
    await expect.poll(() => portsRead(pool), poll).toEqual([second.port]);
  } finally {
    first.thaw();
  }
  await expect.poll(() => portsRead(pool), poll).toEqual(both());
});

it("does not read a replica that has lost its WAL receiver, though it answers", async () => {
  const pool = await startPool();
  await first.query("ALTER SYSTEM SET primary_conninfo = 'host=127.0.0.1 port=1'");
  await first.query("SELECT pg_reload_conf()");
  await expect.poll(() => portsRead(pool), poll).toEqual([second.port]);
  expect((await first.query("SELECT text FROM note WHERE id = 1")).rows).toHaveLength(1);
  await first.query("ALTER SYSTEM RESET primary_conninfo");
  await first.query("SELECT pg_reload_conf()");
  await expect.poll(() => portsRead(pool), poll).toEqual(both());
});

it("leaves out a replica that is too far behind in time, and takes it back", async () => {
  const pool = await startPool({ maxLagMs: 300 });
  await first.pauseReplay();
  await pool.query("UPDATE note SET text = 'y' WHERE id = 2");
  await expect.poll(() => portsRead(pool), poll).toEqual([second.port]);
  await first.resumeReplay();
  await expect.poll(() => portsRead(pool), poll).toEqual(both());
});

it("leaves out a replica that is too far behind in bytes", async () => {
  const pool = await startPool({ maxLagMs: 600_000, maxLagBytes: 100_000 });
  await first.pauseReplay();
  await pool.query("INSERT INTO note SELECT n, repeat('z', 100) FROM generate_series(2001, 6000) AS n");
  await expect.poll(() => portsRead(pool), poll).toEqual([second.port]);
  await first.resumeReplay();
  await expect.poll(() => portsRead(pool), poll).toEqual(both());
});

it("reads from a fresh replica again after an idle time, since age counts only where something is to replay", async () => {
  const pool = await startPool({ maxLagMs: 500 });
  await sleep(1_500);
  expect(pool.explain("SELECT text FROM note").role).toBe("replica");
});

it("asks elsewhere when the recovery of a replica cancels a read", async () => {
  const pool = await startPool();
  const queries = watchQueries();
  await waitUntil(async () => {
    await pool.query("SELECT count(*) FROM note");
    return pool.explain("SELECT count(*) FROM note").role === "replica";
  }, "count to be known as harmless");
  const slow = Array.from({ length: 4 }, () =>
    pool.query("SELECT count(*), pg_sleep(1.5) FROM (SELECT text FROM note LIMIT 10) AS few"),
  );
  await sleep(200);
  await cluster.primary.query("DELETE FROM note WHERE id > 2000");
  await cluster.primary.query("VACUUM note");
  const answers = await Promise.all(slow);
  expect(answers.every(({ rows }) => Number(rows[0].count) === 10)).toBe(true);
  const cancelled = queries.seen().filter(({ error }) => (error as { code?: string })?.code === "40001");
  expect(cancelled.length).toBeGreaterThan(0);
});

it("honours tokens on replicas also for a role that may not see the receiver", async () => {
  const replicas = cluster.replicas.map((replica) => replica.urlOf("plain"));
  const pool = await startPool({ connectionString: cluster.primary.urlOf("plain"), replicas });
  await pool.query("UPDATE note SET text = 'p' WHERE id = 3");
  await cluster.waitForCatchup();
  expect(pool.explain("SELECT text FROM note WHERE id = 3").reason).toMatch(/read|behind/);
  await expect.poll(() => pool.explain("SELECT text FROM note WHERE id = 3").role, poll).toBe("replica");
});

it("keeps one replica for a request, and goes to the primary when that one is lost", async () => {
  const pool = await startPool();
  await runInScope(async () => {
    const before = pool.explain("SELECT text FROM note").server;
    await pool.query("SELECT text FROM note WHERE id = 1");
    const pinned = pool.explain("SELECT text FROM note").server;
    const servers = new Set(Array.from({ length: 10 }, () => pool.explain("SELECT text FROM note").server));
    expect([...servers]).toEqual([pinned]);
    expect(before).toContain("127.0.0.1");
    const node = cluster.replicas.find(({ port }) => pinned.endsWith(`:${port}`))!;
    await node.stop("immediate");
    expect((await pool.query("SELECT text FROM note WHERE id = 1")).rows).toHaveLength(1);
    expect(pool.explain("SELECT text FROM note")).toMatchObject({ role: "primary", reason: "pinned" });
    await node.start();
  });
});

/** Through the pool, or through a client as Kysely does. */
async function readSlowly(pool: SpillwayPool, throughClient: boolean): Promise<void> {
  const client = throughClient ? await pool.connect() : undefined;
  await (client ?? pool).query("SELECT pg_sleep(0.1) FROM note WHERE id = 1");
  client?.release();
}

it("lets no more reads onto the primary than its share when no replica is left", async () => {
  const pool = await startPool({ max: 6, fallbackReads: 2, budget: false });
  await Promise.all(cluster.replicas.map((replica) => replica.stop("immediate")));
  try {
    const slow = Promise.all(Array.from({ length: 10 }, (_, index) => readSlowly(pool, index % 2 === 0)));
    const reading = { ended: false };
    void slow.then(() => (reading.ended = true));
    const counts: number[] = [];
    while (!reading.ended) {
      const { rows } = await cluster.primary.query<{ count: number }>(
        "SELECT count(*)::int AS count FROM pg_stat_activity WHERE wait_event = 'PgSleep'",
      );
      counts.push(rows[0]!.count);
      await pool.query("UPDATE note SET text = 'w' WHERE id = 4");
    }
    expect(Math.max(...counts)).toBe(2);
    // The writes had room: most of them were done while reads waited.
    expect(counts.length).toBeGreaterThan(10);
  } finally {
    for (const replica of cluster.replicas) await replica.start();
  }
});

/** One address in front of both replicas, which takes turns, as a service of Kubernetes does. */
async function startTurnstile(): Promise<{ url: string; stop(): Promise<void> }> {
  let turn = 0;
  const sockets = new Set<Socket>();
  const server = createServer((from) => {
    const to = connect(cluster.replicas[turn++ % 2]!.port, "127.0.0.1");
    for (const [one, other] of [[from, to] as const, [to, from] as const]) {
      sockets.add(one);
      one.pipe(other);
      one.on("error", () => other.destroy()).on("close", () => sockets.delete(one));
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = new URL(first.url);
  url.port = String((server.address() as AddressInfo).port);
  const stop = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, "close");
  };
  return { url: url.href, stop };
}

it("reads one of several servers behind one address, and never believes the position of the one of the other", async () => {
  const turnstile = await startTurnstile();
  const warned = once(process, "warning");
  const pool = new SpillwayPool({ connectionString: cluster.primary.url, replicas: [turnstile.url], max: 4 });
  try {
    await second.pauseReplay();
    let stale = 0;
    for (let round = 1; round <= 40; round++) {
      await pool.query("UPDATE note SET text = $1 WHERE id = 5", [`turn ${round}`]);
      await sleep(30);
      const reads = Array.from({ length: 6 }, () => pool.query("SELECT text FROM note WHERE id = 5"));
      stale += (await Promise.all(reads)).filter(({ rows }) => rows[0].text !== `turn ${round}`).length;
    }
    expect(stale).toBe(0);
    const [warning] = (await warned) as [Error];
    expect(warning.message).toContain("leads to several servers");
  } finally {
    await second.resumeReplay();
    await pool.end();
    await turnstile.stop();
  }
});
