// A hit in Redis, and a miss with its load and fill, 64 at a time and without memory, beside plain GET and GET with
// SET by the client that each cache stands on.

import { createClient as createClient5 } from "@keyv/redis";
import { createClient } from "@redis/client";
import { type Cache, createCache } from "../../packages/spillway/src/cache/index.ts";
import { medianRatio, type Round } from "../database/race.ts";
import { byClock, type Contestant, forEach, progress, race } from "./measure.ts";
import { type OpenPeer, openPeers } from "./open-peers.ts";
import { openIoredis, ttlMs } from "./peers.ts";
import { json, load } from "./value.ts";

const keys = 10_000;
const concurrency = 64;
const hitRace = { rounds: 15, sliceMs: 60, concurrency };
const missRace = { rounds: 11, sliceMs: 80, concurrency };

/** The plain commands of a client. */
interface Raw {
  name: string;
  get: (key: string) => Promise<unknown>;
  set: (key: string) => Promise<unknown>;
}

interface Contest {
  raws: Raw[];
  theirs: OpenPeer[];
  ours: Cache;
  oursOnIoredis: Cache;
}

type Figures = Record<string, number>;

export async function redisHits(url: string): Promise<Figures> {
  progress("hits in Redis, and misses");
  await using opened = new AsyncDisposableStack();
  const contest = await open(url, opened);
  return { ...(await hits(contest)), ...(await misses(contest)) };
}

async function hits({ raws, theirs, ours, oursOnIoredis }: Contest): Promise<Figures> {
  for (const { name, set } of raws) await forEach(keys, (index) => set(`${name}:${index}`));
  const tagged = { tags: ["products"] };
  const contestants = [
    ...raws.map(({ name, get }) => over(name, get)),
    over("no tag", (key) => ours.getOrSet(key, load)),
    over("1 tag", (key) => ours.getOrSet(key, load, tagged)),
    over("on ioredis", (key) => oursOnIoredis.getOrSet(key, load)),
    ...theirs.map(({ name, getOrSet }) => over(name, getOrSet)),
  ];
  for (const { work } of contestants) await forEach(keys, work);
  const rounds = await race(contestants, hitRace);
  const versus = (name: string): number => medianRatio(rounds, name, "node-redis 6");
  return {
    l2HitVsRaw: Math.max(versus("no tag"), versus("1 tag")),
    l2HitVsRawByClock: Math.max(...["no tag", "1 tag"].map((name) => versusByClock(rounds, name))),
    l2HitOnIoredisVsRaw: medianRatio(rounds, "on ioredis", "ioredis"),
    ...ofPeers("l2HitVsRaw", theirs, rounds),
  };
}

function versusByClock(rounds: readonly Round[], name: string): number {
  return medianRatio(rounds, byClock(name), byClock("node-redis 6"));
}

function over(name: string, getOrSet: (key: string) => Promise<unknown>): Contestant {
  return { name, work: (turn) => getOrSet(`${name}:${turn % keys}`) };
}

async function misses({ raws, theirs, ours, oursOnIoredis }: Contest): Promise<Figures> {
  const contestants = [
    ...raws.map(({ name, get, set }) =>
      anew(name, async (key) => void ((await get(key)) ?? (await set(key)))),
    ),
    anew("ours", (key) => ours.getOrSet(key, load)),
    anew("on ioredis", (key) => oursOnIoredis.getOrSet(key, load)),
    ...theirs.map(({ name, getOrSet }) => anew(name, getOrSet)),
  ];
  const rounds = await race(contestants, missRace);
  return {
    missVsGetSet: medianRatio(rounds, "ours", "node-redis 6"),
    missVsGetSetByClock: versusByClock(rounds, "ours"),
    missOnIoredisVsGetSet: medianRatio(rounds, "on ioredis", "ioredis"),
    ...ofPeers("missVsGetSet", theirs, rounds),
  };
}

/** Each time another key. */
function anew(name: string, getOrSet: (key: string) => Promise<unknown>): Contestant {
  let count = 0;
  return { name, work: () => getOrSet(`${name}:new:${count++}`) };
}

function ofPeers(figure: string, theirs: readonly OpenPeer[], rounds: readonly Round[]): Figures {
  return Object.fromEntries(
    theirs.map(({ name, client }) => [`${figure}:${name}`, medianRatio(rounds, name, client)]),
  );
}

async function open(url: string, opened: AsyncDisposableStack): Promise<Contest> {
  const settings = { maxBytes: 0, ttl: ttlMs / 1_000 };
  const ours = createCache({ ...settings, redis: url });
  opened.defer(() => ours.close());
  // A second cache with the prefix of the first would be the same one.
  const redis = openIoredis(url, opened);
  const oursOnIoredis = createCache({ ...settings, redis, keyPrefix: "onIoredis" });
  opened.defer(() => oursOnIoredis.close());
  const theirs = await openPeers({ url, tiers: "redis", load, opened });
  const raws = [ioredis(url, opened), await nodeRedis5(url, opened), await nodeRedis6(url, opened)];
  return { raws, theirs, ours, oursOnIoredis };
}

/** Without its timer for each command, which costs more than the command, and which our cache turns off as well. */
async function nodeRedis6(url: string, opened: AsyncDisposableStack): Promise<Raw> {
  const client = createClient({ url, commandOptions: { timeout: undefined as never } });
  await client.connect();
  opened.defer(() => client.close());
  return {
    name: "node-redis 6",
    get: (key) => client.get(key),
    set: (key) => client.set(key, json, { PX: ttlMs }),
  };
}

async function nodeRedis5(url: string, opened: AsyncDisposableStack): Promise<Raw> {
  const client = createClient5({ url });
  await client.connect();
  opened.defer(() => client.close());
  return {
    name: "node-redis 5",
    get: (key) => client.get(key),
    set: (key) => client.set(key, json, { PX: ttlMs }),
  };
}

function ioredis(url: string, opened: AsyncDisposableStack): Raw {
  const client = openIoredis(url, opened);
  return {
    name: "ioredis",
    get: (key) => client.get(key),
    set: (key) => client.set(key, json, "PX", ttlMs),
  };
}
