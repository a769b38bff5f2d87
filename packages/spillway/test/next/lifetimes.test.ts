// Past its own `expire` a page, or what has `use cache`, is served by no server: one makes it anew, and the others wait.

import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { type RedisNode, startRedis } from "../../../../testing/redis-node.ts";
import type { ValueStore } from "../../src/cache/value-store.ts";
import { noteBuild } from "../../src/coherence/shared-log/built.ts";
import { isStale, page, PageServer, returned, useCacheOf } from "./handlers.ts";
import { found, made, Stores, within } from "./stores.ts";

/** Processes that start here are busy for longer than the default. */
const patient = { redisTimeout: 1 };
/** Seconds. */
const brief = { revalidate: 0.2, expire: 0.6 };
const pastRevalidateMs = 205;
const pastExpireMs = 605;

let redis: RedisNode;
let stores: Stores;
let processes: ValueStore[];

beforeAll(async () => {
  redis = await startRedis();
});

beforeEach(async () => {
  await redis.cli("flushall");
  stores = new Stores(redis);
  processes = await stores.follow(3, patient);
});

afterEach(() => stores.close());

afterAll(() => redis.remove());

it("a value past its time is found by no process, whether it has it in memory or not", async () => {
  const [one] = processes as [ValueStore];
  await made(one, "k", { value: 1, lastsMs: 500 });
  const madeAt = performance.now();
  const asked = [...processes, stores.open(patient)];
  const everywhere = (): Promise<unknown[]> => Promise.all(asked.map((store) => found(store, "k")));
  expect(await everywhere()).toEqual([1, 1, 1, 1]);
  await sleep(madeAt + 505 - performance.now());
  asked.push(stores.open(patient));
  expect(await everywhere()).toEqual(asked.map(() => undefined));
});

it("also one that was let be refreshed just before its time was over", async () => {
  const [one, other] = processes as [ValueStore, ValueStore];
  await made(one, "k", { value: 1, tags: ["t"], lastsMs: 500 });
  const madeAt = performance.now();
  await other.expire(["t"]);
  const asked = [...processes, stores.open(patient)];
  const everywhere = (): Promise<unknown[]> => Promise.all(asked.map((store) => found(store, "k")));
  expect(await everywhere()).toEqual([1, 1, 1, 1]);
  await sleep(madeAt + 505 - performance.now());
  expect(await everywhere()).toEqual(asked.map(() => undefined));
});

it("a page is stale for one server until its `expire`; then one renders it, and the others wait", async () => {
  const servers = processes.map((store) => new PageServer(store));
  await servers[0]!.render("/p", page("old"), { cacheControl: brief });
  const madeAt = performance.now();
  await Promise.all(servers.map((server) => server.get("/p")));
  await sleep(madeAt + pastRevalidateMs - performance.now());
  const entries = await Promise.all(servers.map((server) => server.get("/p")));
  expect(entries.map((entry) => entry?.value)).toEqual(servers.map(() => page("old")));
  const told = entries.findIndex((entry) => isStale(entry!));
  // What it should have rendered came to nothing.
  await processes[told]!.release("next:d:/p");
  await sleep(madeAt + pastExpireMs - performance.now());
  const asked = servers.map((server) => server.get("/p"));
  const first = await Promise.race(asked.map(async (answer, index) => [await answer, index] as const));
  expect(first[0]).toBeNull();
  const waiting = asked.filter((_, index) => index !== first[1]);
  expect(await Promise.all(waiting.map((answer) => within(50, answer)))).toEqual(["late", "late"]);
  await servers[first[1]]!.set("/p", page("new"), { cacheControl: { revalidate: 60 } });
  for (const answer of waiting) expect((await answer)?.value).toEqual(page("new"));
});

it("a page of the build is past its `expire` counted from the build", async () => {
  await noteBuild({ redis: redis.url, deployment: "d" });
  const [one] = processes as [ValueStore];
  const entry = { value: page("built"), lastModified: Date.now() - 600, cacheControl: brief };
  const build = { get: async () => entry };
  expect(await new PageServer(one, build).get("/p")).toBeNull();
  const later = { ...entry, lastModified: Date.now() - 300 };
  const server = new PageServer(one, { get: async () => later });
  expect((await server.get("/q"))?.value).toEqual(page("built"));
  // What it should have rendered came to nothing.
  await one.release("next:d:/q");
  await sleep(305);
  expect(await server.get("/q")).toBeNull();
});

it("what has `use cache` is stale for one server until its `expire`, counted from when it was begun, and then nowhere", async () => {
  const servers = processes.map(useCacheOf);
  await servers[0]!.get("k", []);
  const begunAt = Date.now() - 100;
  await servers[0]!.set("k", Promise.resolve(returned("old", { ...brief, timestamp: begunAt })));
  const all = (): Promise<unknown[]> => Promise.all(servers.map((server) => server.get("k", [])));
  await sleep(begunAt + pastRevalidateMs - Date.now());
  const entries = await all();
  expect(entries.every((entry) => entry !== undefined)).toBe(true);
  await sleep(begunAt + pastExpireMs - Date.now());
  expect(await all()).toEqual([undefined, undefined, undefined]);
});
