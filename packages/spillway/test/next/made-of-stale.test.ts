// While tags may be refreshed, what is made of the old values of others is not taken for new.

import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { type RedisNode, startRedis } from "../../../../testing/redis-node.ts";
import type { ValueStore } from "../../src/cache/value-store.ts";
import { runInThisScope, Scope } from "../../src/coherence/scope.ts";
import type { UseCacheEntry } from "../../src/next/types.ts";
import type { UseCache } from "../../src/next/use-cache.ts";
import { isStale, page, PageServer, returned, useCacheOf } from "./handlers.ts";
import { found, made, standing, Stores } from "./stores.ts";

/** Processes that start here are busy for longer than the default. */
const patient = { redisTimeout: 1 };
const briefMs = 700;
const fetched = { kind: "FETCH", tags: ["t"] };
const data = { kind: "FETCH", revalidate: 600, data: {} };
const lasting = { cacheControl: { revalidate: 600 } };

interface Server {
  store: ValueStore;
  pages: PageServer;
  remembered: UseCache;
}

let redis: RedisNode;
let stores: Stores;
let servers: Server[];
let [one, other]: Server[] = [];

beforeAll(async () => {
  redis = await startRedis();
});

beforeEach(async () => {
  await redis.cli("flushall");
  stores = new Stores(redis);
  const followed = await stores.follow(3, patient);
  servers = followed.map((store) => ({ store, pages: new PageServer(store), remembered: useCacheOf(store) }));
  [one, other] = servers;
});

afterEach(() => stores.close());

afterAll(() => redis.remove());

const inRequest = <T>(work: () => Promise<T>): Promise<T> => runInThisScope(new Scope(), work);

/** What a server is told of the age of what it is given. */
const isOld = ({ timestamp, revalidate }: UseCacheEntry): boolean =>
  timestamp + revalidate * 1_000 < Date.now();

async function remember({ remembered }: Server, key: string, tags: string[]): Promise<void> {
  await remembered.get(key, []);
  await remembered.set(key, Promise.resolve(returned("old", { tags, revalidate: 600 })));
}

/** A fetch, a function and a page of both, of which every server knows, and which may be refreshed. */
async function filled(atMostMs?: number): Promise<void> {
  await one!.pages.get("fetch", fetched);
  await one!.pages.set("fetch", data, { fetchCache: true, tags: ["t"] });
  await remember(one!, "inner", ["t"]);
  await one!.pages.render("/p", page("old", "t"), lasting);
  for (const { pages, remembered } of servers) {
    await Promise.all([pages.get("fetch", fetched), remembered.get("inner", []), pages.get("/p")]);
  }
  await one!.store.expire(["t"], atMostMs);
}

/** Another server makes the fetch and the function anew. */
async function madeElsewhere(): Promise<void> {
  const [entry, value] = await inRequest(() =>
    Promise.all([other!.pages.get("fetch", fetched), other!.remembered.get("inner", [])]),
  );
  expect(entry!.lastModified).toBeLessThan(Date.now() - 600_000);
  expect(isOld(value!)).toBe(true);
}

it.each([
  ["makes anew", async () => undefined],
  ["makes, as there is none,", () => one!.store.end("next:d:/p")],
])(
  "a page that one server %s while another makes its data anew is given no old data",
  async (_how, first) => {
    await filled();
    await first();
    await madeElsewhere();
    await inRequest(async () => {
      const entry = await one!.pages.get("/p");
      expect(entry === null || isStale(entry)).toBe(true);
      expect(await one!.pages.get("fetch", fetched)).toBeNull();
      expect(await one!.remembered.get("inner", [])).toBeUndefined();
      await one!.pages.set("fetch", data, { fetchCache: true, tags: ["t"] });
      await one!.pages.set("/p", page("new", "t"), lasting);
    });
    for (const { pages } of servers) {
      const entry = await pages.get("/p");
      expect([entry?.value, isStale(entry!)]).toEqual([page("new", "t"), false]);
    }
  },
);

it("a page that is made anew is given no data that is past its time either", async () => {
  await one!.pages.get("fetch", fetched);
  await one!.pages.set("fetch", { ...data, revalidate: 0.01 }, { fetchCache: true, tags: ["t"] });
  await sleep(15);
  await inRequest(async () => {
    expect(await one!.pages.get("/p")).toBeNull();
    expect(await one!.pages.get("fetch", fetched)).toBeNull();
  });
});

it("a request that makes no page is given the old data as new, while another server makes that anew", async () => {
  await filled();
  await madeElsewhere();
  await inRequest(async () => {
    expect((await one!.pages.get("fetch", fetched))!.lastModified).toBeGreaterThan(Date.now() - 1_000);
    expect(isOld((await one!.remembered.get("inner", []))!)).toBe(false);
  });
});

it.each([
  ["another server makes anew", "inner", madeElsewhere],
  ["it is told to make anew", "inner", async () => undefined],
  ["fetched and another server fetches", "fetch", madeElsewhere],
])(
  "what is made of old data that %s is to be made anew, and over at the same time",
  async (_who, of, first) => {
    await filled(briefMs);
    const end = performance.now() + briefMs;
    await first();
    await inRequest(async () => {
      expect(await one!.remembered.get("outer", [])).toBeUndefined();
      if (of === "inner") await one!.remembered.get("inner", []);
      else await one!.pages.get("fetch", fetched);
      await one!.remembered.set(
        "outer",
        Promise.resolve(returned("of old", { tags: ["t"], revalidate: 600 })),
      );
    });
    const entries = await Promise.all(servers.map(({ remembered }) => remembered.get("outer", [])));
    expect(entries.filter((entry) => isOld(entry!))).toHaveLength(1);
    await sleep(end - performance.now() + 5);
    for (const { remembered } of servers) expect(await remembered.get("outer", [])).toBeUndefined();
  },
);

it("what has further tags is not new either where the request had been given the old data before", async () => {
  await filled();
  await inRequest(async () => {
    await one!.remembered.get("inner", []);
    await one!.remembered.get("outer", []);
    const value = returned("of old", { tags: ["t", "further"], revalidate: 600 });
    await one!.remembered.set("outer", Promise.resolve(value));
  });
  expect(isOld((await other!.remembered.get("outer", []))!)).toBe(true);
});

it("nor is what a server makes of it that has started since", async () => {
  await filled();
  const late = useCacheOf(stores.open(patient));
  await inRequest(async () => {
    await late.get("outer", []);
    expect(await late.get("inner", [])).toBeDefined();
    await late.set("outer", Promise.resolve(returned("of old", { tags: ["t"], revalidate: 600 })));
  });
  for (const remembered of [late, ...servers.map((server) => server.remembered)]) {
    const entry = await remembered.get("outer", []);
    expect(entry === undefined || isOld(entry)).toBe(true);
  }
});

it("what is made anew with further tags is new", async () => {
  await filled();
  await inRequest(async () => {
    await one!.remembered.get("inner", []);
    const value = returned("new", { tags: ["t", "further"], revalidate: 600 });
    await one!.remembered.set("inner", Promise.resolve(value));
  });
  for (const { remembered } of servers) expect(isOld((await remembered.get("inner", []))!)).toBe(false);
});

it("what has other tags than the old data is new", async () => {
  await filled();
  await one!.store.expire(["another"]);
  await inRequest(async () => {
    await one!.remembered.get("apart", []);
    await one!.remembered.get("inner", []);
    const value = returned("apart", { tags: ["another"], revalidate: 600 });
    await one!.remembered.set("apart", Promise.resolve(value));
  });
  expect(isOld((await other!.remembered.get("apart", []))!)).toBe(false);
});

it("several of the same tag that one request makes anew are all new after as many requests", async () => {
  const keys = ["a", "b", "c"];
  for (const key of keys) await remember(one!, key, ["t"]);
  await one!.store.expire(["t"]);
  const request = (): Promise<number> =>
    inRequest(async () => {
      const { remembered } = one!;
      const entries = await Promise.all(keys.map((key) => remembered.get(key, [])));
      const old = keys.filter((_, at) => isOld(entries[at]!));
      for (const key of old)
        await remembered.set(key, Promise.resolve(returned("new", { tags: ["t"], revalidate: 600 })));
      return old.length;
    });
  expect(await request()).toBe(3);
  const left = [await request(), await request(), await request()];
  expect(left.at(-1)).toBe(0);
});

it("a page that cannot be made anew ends when it would have, and is not tried again at once", async () => {
  await filled(briefMs);
  const end = performance.now() + briefMs;
  await inRequest(async () => {
    const entry = await one!.pages.get("/p");
    expect(isStale(entry!)).toBe(true);
    // What Next.js does when rendering has failed: it keeps the old one for a few seconds.
    await one!.pages.set("/p", entry!.value, { cacheControl: { revalidate: 3 } });
  });
  for (const { pages } of servers) {
    const entry = await pages.get("/p");
    expect([entry?.value, isStale(entry!)]).toEqual([page("old", "t"), false]);
  }
  await sleep(end - performance.now() + 5);
  for (const { store } of servers) expect(await found(store, "next:d:/p")).toBeUndefined();
});

it("a load that others may share is given nothing that may be refreshed", async () => {
  await made(one!.store, "k", { value: 1, tags: ["t"] });
  await one!.store.expire(["t"]);
  const load = new Scope();
  load.dependsOn = () => undefined;
  for (const { store } of servers) {
    expect(await runInThisScope(load, () => found(store, "k"))).toBeUndefined();
    expect(await found(store, "k")).toBe(1);
  }
});

it("what is let be refreshed while it is made is kept, and is not current", async () => {
  const stamp = await one!.store.begin();
  await other!.store.expire(["t"]);
  expect(await one!.store.put("k", "overtaken", { tags: ["t"], stamp, ttlMs: 60_000 })).toBe(false);
  for (const { store } of servers)
    expect(await standing(store, "k")).toMatchObject({ value: "overtaken", isExpired: true });
});
