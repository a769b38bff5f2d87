// A process under test: a pool, two caches over one Redis, a tailer. It does what it is asked to, and knows nothing of
// what it is judged by.

import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { createClient } from "@redis/client";
import type { RedisClient } from "../packages/spillway/src/cache/index.ts";
import { formOf, itemsOf, keyOf } from "./keys.ts";
import type { Seen } from "./history.ts";
import type {
  Answer,
  Arrangement,
  FromWorker,
  ReadRequest,
  Request,
  Surroundings,
  ToWorker,
  WriteRequest,
} from "./messages.ts";
import { reasonOf } from "../packages/spillway/src/warnings.ts";

type CacheModule = typeof import("../packages/spillway/src/cache/index.ts");
type CountsModule = typeof import("../packages/spillway/src/cache/counts.ts");
type CoherenceModule = typeof import("../packages/spillway/src/coherence/index.ts");
type DatabaseModule = typeof import("../packages/spillway/src/database/index.ts");
type LogModule = typeof import("../packages/spillway/src/coherence/log.ts");

const given = JSON.parse(process.env["CHECKER_WORLD"]!) as Surroundings;

/** Of whichever source is under test. */
async function load<Module>(path: string): Promise<Module> {
  return (await import(pathToFileURL(`${given.source}/${path}`).href)) as Module;
}

const { createCache } = await load<CacheModule>("cache/index.ts");
const { requests } = await load<CountsModule>("cache/counts.ts");
const { runInScope, causalityToken, monotonicToken } = await load<CoherenceModule>("coherence/index.ts");
const { SpillwayPool, startTailer } = await load<DatabaseModule>("database/index.ts");
const { logs } = await load<LogModule>("coherence/log.ts");

let loadMs = 0;
let leaseMs = 0;

const pool = new SpillwayPool({
  connectionString: given.primary,
  replicas: given.replicas,
  max: 10,
  maxLagMs: given.maxLag,
  failoverTimeoutMs: 3_000,
  slowQueryMs: 0,
  repeatedQueryLimit: 0,
});
const shared = { redis: await slowClient(), keyPrefix: given.prefix, maxSilence: given.maxSilence / 1_000 };
const caches = { memory: createCache(shared), redis: createCache({ ...shared, maxBytes: 0 }) };
type Cache = (typeof caches)["memory"];

let announceMs = 0;
let diesAfterCommit = false;
let tailer: ReturnType<typeof startTailer> | undefined;

for (const log of logs) {
  const invalidate = log.invalidate.bind(log);
  log.invalidate = async (invalidation) => {
    if (invalidation.source === "transaction") {
      // In the middle of what a writer does: the commit is done, and nobody has been told.
      if (diesAfterCommit) process.kill(process.pid, "SIGKILL");
      if (announceMs > 0) await sleep(announceMs);
    }
    await invalidate(invalidation);
  };
}

const work = {
  write,
  read,
  arrange,
  count: (): Answer => ({ counts: countOf(requests) }),
  check: async (): Promise<Answer> => {
    await Promise.all([caches.memory.check(), pool.check(), tailer?.check()]);
    return {};
  },
};

async function write({ item, version, token }: WriteRequest): Promise<Answer> {
  return await runInScope(
    async () => {
      await pool.transaction(async (tx) => {
        // Two writers of one item may commit in any order: its version grows all the same.
        await tx.query("UPDATE item SET version = greatest(version, $2) WHERE id = $1", [item, version]);
        tx.invalidate(`item:${item}`);
      });
      return { token: causalityToken() };
    },
    { token },
  );
}

async function read(request: ReadRequest): Promise<Answer> {
  const { key, token, monotonic, tier, scoped, inTransaction = false } = request;
  const cache = caches[tier];
  if (!scoped) return { seen: await valueOf({ cache, from: pool }, key) };
  const inScope = async (): Promise<Answer> => {
    const seen = inTransaction
      ? await pool.transaction((tx) => readInside(tx, cache, request), { isolation: "repeatable read" })
      : await valueOf({ cache, from: pool }, key);
    if (!monotonic) return { seen, token: causalityToken() };
    try {
      return { seen, token: await monotonicToken(), monotonic };
    } catch {
      // Redis is away: then no token stands for what was read.
      return { seen, token: causalityToken() };
    }
  };
  return await runInScope(inScope, { token });
}

/** Its snapshot is taken at its first statement, and may be old by the time that the cache is asked. */
async function readInside(tx: Source, cache: Cache, { key, holdMs = 0 }: ReadRequest): Promise<Seen[]> {
  await tx.query("SELECT 1 FROM item LIMIT 1");
  if (holdMs > 0) await sleep(holdMs);
  return await valueOf({ cache, from: tx }, key);
}

interface Source {
  query: (text: string, values?: unknown[]) => Promise<{ rows: Seen[] }>;
}

interface Place {
  cache: Cache;
  /** What loaders read from. */
  from: Source;
}

function valueOf(place: Place, key: string): Promise<Seen[]> {
  const { cache, from } = place;
  const [first = 0] = itemsOf(key);
  const lateTags = (seen: Seen[]): string[] => seen.map(({ item }) => `item:${item}`);
  if (formOf(key) === "list") return cache.getOrSet(key, () => listOf(place, key));
  const tags = formOf(key) === "late" ? lateTags : [`item:${first}`];
  return cache.getOrSet(key, () => rowOf(from, first), { tags });
}

async function listOf(place: Place, key: string): Promise<Seen[]> {
  const parts = itemsOf(key).map((item, index) => valueOf(place, keyOf(index === 0 ? "late" : "item", item)));
  return (await Promise.all(parts)).flat();
}

async function rowOf(from: Source, item: number): Promise<Seen[]> {
  const { rows } = await from.query("SELECT id AS item, version FROM item WHERE id = $1", [item]);
  if (loadMs > 0) await sleep(loadMs);
  return rows;
}

/** A client of its own where replies are to be slow, else the address. */
async function slowClient(): Promise<string | RedisClient> {
  if (!given.slowLeases) return given.redis;
  const client = createClient({ url: given.redis, disableOfflineQueue: true });
  client.on("error", () => undefined);
  await client.connect();
  const ask = client.sendCommand.bind(client);
  client.sendCommand = (async (args: string[], options: object) => {
    const reply = await ask(args, options);
    if (leaseMs > 0 && String(args[4]).endsWith(":lease")) await sleep(leaseMs);
    return reply;
  }) as typeof client.sendCommand;
  return client as unknown as RedisClient;
}

async function arrange(wanted: Arrangement): Promise<Answer> {
  loadMs = wanted.loadMs ?? loadMs;
  leaseMs = wanted.leaseMs ?? leaseMs;
  announceMs = wanted.announceMs ?? announceMs;
  diesAfterCommit = wanted.diesAfterCommit ?? diesAfterCommit;
  if (wanted.tails === true)
    tailer ??= startTailer(pool, { slot: given.prefix, rules: { item: ({ id }) => [`item:${String(id)}`] } });
  if (wanted.tails === false) {
    const stopped = tailer;
    tailer = undefined;
    await stopped?.stop();
  }
  return {};
}

function countOf({ memory, redis, loader }: typeof requests): Record<string, number> {
  const joined = { "memory hits": memory.hit, "redis hits": redis.hit, "redis away": redis.away };
  return { ...joined, loads: loader.load, joins: loader.joined, "loads past the caches": loader.bypass };
}

async function answer(request: Request): Promise<Answer> {
  return await (work[request.do] as (asked: Request) => Answer | Promise<Answer>)(request);
}

function send(message: FromWorker): void {
  if (process.connected) process.send!(message);
}

process.on("message", ({ id, request }: ToWorker) => {
  answer(request).then(
    (said) => send({ id, answer: said }),
    (error: unknown) => send({ id, problem: reasonOf(error) }),
  );
});
process.on("disconnect", () => process.exit());
send({ id: 0, answer: {} });
