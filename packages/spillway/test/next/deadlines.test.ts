// `revalidateTag(tag, { expire })`: the old value is served while it is made anew, and after so many seconds no more.

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { type RedisNode, startRedis } from "../../../../testing/redis-node.ts";
import { createCache } from "../../src/cache/index.ts";
import type { ValueStore } from "../../src/cache/value-store.ts";
import { noteBuild } from "../../src/coherence/shared-log/built.ts";
import { waitUntil } from "../wait.ts";
import { isStale, page, PageServer, returned, useCacheOf } from "./handlers.ts";
import { found, made, standing, Stores, within } from "./stores.ts";

const program = fileURLToPath(new URL("store-process.ts", import.meta.url));
/** Longer than anything here takes. */
const longMs = 60_000;
const briefMs = 700;
/** Processes that start here are busy for longer than the default. */
const patient = { redisTimeout: 1 };

let redis: RedisNode;
let stores: Stores;
let processes: ValueStore[];
let [one, other]: ValueStore[] = [];
const children: ChildProcess[] = [];

beforeAll(async () => {
  redis = await startRedis();
});

beforeEach(async () => {
  await redis.cli("flushall");
  stores = new Stores(redis);
  processes = await stores.follow(3, patient);
  [one, other] = processes;
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await stores.close();
});

afterAll(() => redis.remove());

/** What every process finds, and one that has just started and knows the log by what Redis has kept of it. */
const everywhere = (key: string, tags?: readonly string[]): Promise<unknown[]> =>
  Promise.all([...processes, stores.open(patient)].map((store) => found(store, key, tags)));

const all = (value: unknown): unknown[] => [value, value, value, value];
const nowhere = all(undefined);

/** Ends "t" softly, runs `before`, and resolves when that time has passed. */
async function passed(ms: number, before: () => Promise<void>): Promise<void> {
  await other!.expire(["t"], ms);
  const end = performance.now() + ms;
  await before();
  expect(performance.now(), "the machine was too slow to look before the deadline").toBeLessThan(end);
  await sleep(end - performance.now() + 5);
}

it("is found until the deadline, said to be expired, and by no process afterwards", async () => {
  await made(one!, "k", { value: 1, tags: ["t"] });
  await everywhere("k");
  await passed(briefMs, async () => {
    for (const store of [...processes, stores.open(patient)])
      expect(await standing(store, "k")).toEqual({ value: 1, isExpired: true });
  });
  expect(await everywhere("k")).toEqual(nowhere);
});

it("ends at the deadline for who asks with the tag, and for nobody else", async () => {
  await made(one!, "k", { value: 1 });
  await passed(briefMs, async () => expect(await everywhere("k", ["t"])).toEqual(all(1)));
  expect(await everywhere("k", ["t"])).toEqual(nowhere);
  expect(await everywhere("k")).toEqual(all(1));
});

it("a process that starts before the deadline goes on saying that it is expired, and keeps the deadline", async () => {
  await made(one!, "k", { value: 1, tags: ["t"] });
  let late: ValueStore;
  await passed(briefMs, async () => {
    late = stores.open(patient);
    for (let asked = 0; asked < 3; asked++)
      expect(await standing(late, "k")).toEqual({ value: 1, isExpired: true });
  });
  expect(await found(late!, "k")).toBeUndefined();
});

it("a later deadline prolongs no sooner one, and is that of what was made between", async () => {
  await made(one!, "before", { value: "before", tags: ["t"] });
  await passed(briefMs, async () => {
    await made(one!, "between", { value: "between", tags: ["t"] });
    await other!.expire(["t"], longMs);
    expect(await everywhere("before")).toEqual(all("before"));
  });
  expect(await everywhere("before")).toEqual(nowhere);
  expect(await everywhere("between")).toEqual(all("between"));
  expect(await standing(stores.open(patient), "between")).toEqual({ value: "between", isExpired: true });
});

it("a refresh without a deadline takes none away", async () => {
  await made(one!, "k", { value: 1, tags: ["t"] });
  await passed(briefMs, () => one!.expire(["t"]));
  expect(await everywhere("k")).toEqual(nowhere);
});

it("a sooner deadline takes the place of a later one", async () => {
  await made(one!, "k", { value: 1, tags: ["t"] });
  await other!.expire(["t"], longMs);
  await passed(briefMs, async () => expect(await everywhere("k")).toEqual(all(1)));
  expect(await everywhere("k")).toEqual(nowhere);
});

it.each([
  ["before", ["invalidate", "expire"]],
  ["after", ["expire", "invalidate"]],
] as const)("an invalidation ends at once, also %s a refresh", async (_when, order) => {
  await made(one!, "k", { value: 1, tags: ["t"] });
  for (const name of order) await other![name](["t"], longMs);
  expect(await everywhere("k")).toEqual(nowhere);
});

it("what was made anew outlives the deadline", async () => {
  await made(one!, "k", { value: "old", tags: ["t"] });
  await passed(briefMs, async () => {
    await made(one!, "k", { value: "new", tags: ["t"] });
  });
  expect(await everywhere("k")).toEqual(all("new"));
});

it("keeps nothing that was begun before, and made after the deadline", async () => {
  const stamp = await one!.begin();
  await passed(100, async () => undefined);
  expect(await one!.put("k", "late", { tags: ["t"], stamp, ttlMs: longMs })).toBe(false);
  expect(await everywhere("k")).toEqual(nowhere);
});

it.each([-20_000, 20_000])("a process whose clock is wrong by %d ms keeps the deadline", async (wrongMs) => {
  const wrong = `const now = Date.now; Date.now = () => now() + ${wrongMs};`;
  const child = fork(program, [redis.url], { execArgv: ["--import", `data:text/javascript,${wrong}`] });
  children.push(child);
  await once(child, "message");
  const asked = async (): Promise<unknown> => {
    child.send("k");
    return ((await once(child, "message")) as [unknown])[0];
  };
  await made(one!, "k", { value: 1, tags: ["t"] });
  await waitUntil(async () => (await asked()) === 1, "the process to have it in memory");
  await passed(briefMs, async () => expect(await asked()).toBe(1));
  expect(await asked()).toBeNull();
});

it("a value with grace of a cache with the same tags is served until the deadline while it cannot be loaded", async () => {
  const settings = { ...patient, redis: redis.url, grace: 60, ttl: 60 };
  const caches = [createCache(settings)];
  const fails = (): never => {
    throw new Error("cannot be loaded");
  };
  const read = (): Promise<unknown[]> =>
    Promise.all(caches.map((cache) => cache.getOrSet("c", fails).catch(() => "failed")));
  await caches[0]!.set("c", "old", { tags: ["t"] });
  await passed(briefMs, async () => {
    caches.push(createCache({ ...settings, redis: `${redis.url}/0?late` }));
    expect(await read()).toEqual(["old", "old"]);
    expect(await read()).toEqual(["old", "old"]);
  });
  expect(await read()).toEqual(["failed", "failed"]);
  for (const cache of caches) await cache.close();
});

it("Redis remembers few deadlines of a tag, however often it is let be refreshed", async () => {
  const remembered = async (): Promise<string[]> =>
    (await redis.cli("hget", "spillway:{log}:markers:a", "ut")).trim().split(" ");
  // Of those that are over the last; of those that follow each other closely the first, at the last place.
  for (let round = 0; round < 3; round++) {
    await other!.expire(["t"], 1);
    await sleep(5);
  }
  const isOver = Date.now();
  for (let round = 0; round < 20; round++) await other!.expire(["t"], longMs);
  const [first, ...others] = (await remembered()).map((pair) => pair.split(":").map(Number));
  expect(first![0]).toBe(23);
  expect(others).toEqual([[3, expect.toSatisfy((until: number) => until <= isOver)]]);
});

it("a cache of one process alone keeps the deadline as well", async () => {
  const alone = stores.open({ redis: false });
  await made(alone, "k", { value: 1, tags: ["t"] });
  await alone.expire(["t"], 100);
  expect(await found(alone, "k")).toBe(1);
  await sleep(105);
  expect(await found(alone, "k")).toBeUndefined();
});

it("is explained as over after the deadline", async () => {
  const cache = createCache({ ...patient, redis: redis.url, grace: 60 });
  await cache.set("c", 1, { tags: ["t"] });
  await passed(briefMs, async () => expect(await cache.explain("c")).toMatchObject({ state: "stale" }));
  expect(await cache.explain("c")).toMatchObject({
    state: "invalidated",
    reason: "place 2 of the log let it be served until a time that is over",
  });
  await cache.close();
});

it("a page is stale for one server until the deadline; then one renders it, and the others wait", async () => {
  const servers = processes.map((store) => new PageServer(store));
  const [first, second] = servers as [PageServer, PageServer];
  await first.render("/p", page("old", "t"), { cacheControl: { revalidate: 60, expire: 600 } });
  await Promise.all(servers.map((server) => server.get("/p")));
  await first.revalidateTag("t", { expire: briefMs / 1_000 });
  const end = performance.now() + briefMs;
  const entries = await Promise.all(servers.map((server) => server.get("/p")));
  expect(entries.map((entry) => entry?.value)).toEqual(servers.map(() => page("old", "t")));
  const told = entries.findIndex((entry) => isStale(entry!));
  // What it should have rendered came to nothing.
  await processes[told]!.release("next:d:/p");
  await sleep(end - performance.now() + 5);
  expect(await second.get("/p")).toBeNull();
  const waiting = first.get("/p");
  expect(await within(50, waiting)).toBe("late");
  await second.set("/p", page("new", "t"), { cacheControl: { revalidate: 60 } });
  expect((await waiting)?.value).toEqual(page("new", "t"));
});

it("fetched data, and what has `use cache`, is stale until the deadline, and then nowhere", async () => {
  const pages = processes.map((store) => new PageServer(store));
  const remembered = processes.map(useCacheOf);
  const context = { kind: "FETCH", tags: ["t"] };
  const read = (): Promise<unknown[]> =>
    Promise.all([
      ...pages.map((server) => server.get("fetch", context)),
      ...remembered.map((server) => server.get("k", [])),
    ]);
  await read();
  const data = { kind: "FETCH", revalidate: 60, data: {} };
  await pages[0]!.set("fetch", data, { fetchCache: true, tags: ["t"] });
  await remembered[0]!.set("k", Promise.resolve(returned("old", { tags: ["t"] })));
  expect((await read()).every((entry) => entry != null)).toBe(true);
  // Next.js tells both kinds of handlers.
  const ended = [
    pages[0]!.revalidateTag("t", { expire: briefMs / 1_000 }),
    remembered[0]!.updateTags(["t"], { expire: briefMs / 1_000 }),
  ];
  await Promise.all(ended);
  expect((await read()).every((entry) => entry != null)).toBe(true);
  await sleep(briefMs + 5);
  expect((await read()).every((entry) => entry == null)).toBe(true);
});

it("a profile without `expire` has no deadline, and each call its own", async () => {
  const [first] = processes.map((store) => new PageServer(store)) as [PageServer];
  await made(one!, "k", { value: 1, tags: ["t"] });
  await first.revalidateTag("t", {});
  await first.revalidateTag("t", { expire: Infinity });
  expect(await standing(one!, "k")).toEqual({ value: 1, isExpired: true });
  // At once: neither is taken for the other.
  await Promise.all([
    first.revalidateTag("t", { expire: longMs }),
    first.revalidateTag("t", { expire: 0.1 }),
  ]);
  await sleep(105);
  expect(await everywhere("k")).toEqual(nowhere);
});

it.each(["that has followed the log since", "that has just started"])(
  "a server %s makes a page of the build anew whose tag was let be refreshed",
  async (who) => {
    await noteBuild({ redis: redis.url, deployment: "d" });
    const entry = { value: page("built", "t"), lastModified: Date.now() };
    const build = { get: async (key: string) => (key === "/p" || key === "/q" ? entry : null) };
    const store = who.includes("started") ? undefined : (await stores.follow(1, patient))[0];
    await other!.expire(["t"], longMs);
    expect(await new PageServer(store ?? stores.open(patient), build).get("/p")).toBeNull();
  },
);
