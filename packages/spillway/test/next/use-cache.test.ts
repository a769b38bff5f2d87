// Next.js's `cacheHandlers`, for `use cache`, on several servers that share a Redis.

import { text } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { type RedisNode, startRedis } from "../../../../testing/redis-node.ts";
import type { UseCacheEntry } from "../../src/next/types.ts";
import type { UseCache } from "../../src/next/use-cache.ts";
import { waitUntil } from "../wait.ts";
import { returned, useCacheOf } from "./handlers.ts";
import { Stores, within } from "./stores.ts";

let redis: RedisNode;
let stores: Stores;
let servers: UseCache[];
let [one, other]: UseCache[] = [];

beforeAll(async () => {
  redis = await startRedis();
});

beforeEach(async () => {
  await redis.cli("flushall");
  stores = new Stores(redis);
  servers = (await stores.follow(3)).map(useCacheOf);
  [one, other] = servers;
});

afterEach(() => stores.close());

afterAll(() => redis.remove());

/** As Next.js does: looked for, called, kept. */
async function call(server: UseCache, entry: UseCacheEntry): Promise<void> {
  await server.get("k", []);
  await server.set("k", Promise.resolve(entry));
}

async function read(server: UseCache, softTags: string[] = []): Promise<string | undefined> {
  const entry = await server.get("k", softTags);
  return entry && (await text(entry.value));
}

const everywhere = (softTags?: string[]): Promise<(string | undefined)[]> =>
  Promise.all(servers.map((server) => read(server, softTags)));

const nowhere = [undefined, undefined, undefined];

it("every server has what one has called for, as often as it likes", async () => {
  const entry = returned("made", { tags: ["t"], stale: 7 });
  await call(one!, entry);
  expect(await everywhere()).toEqual(["made", "made", "made"]);
  expect(await everywhere()).toEqual(["made", "made", "made"]);
  const { value: _, ...told } = entry;
  expect(await other!.get("k", [])).toMatchObject(told);
});

it("each reader has a stream of its own", async () => {
  await call(one!, returned("made"));
  const [first, second] = await Promise.all([one!.get("k", []), one!.get("k", [])]);
  await first!.value.cancel();
  expect(await text(second!.value)).toBe("made");
  expect(await read(one!)).toBe("made");
});

it("bytes that are no text come back as they were", async () => {
  const bytes = Uint8Array.from({ length: 100_000 }, (_, at) => at % 256);
  await call(one!, returned("", { value: new Blob([bytes]).stream() }));
  for (const server of servers) {
    const entry = await server.get("k", []);
    expect(new Uint8Array(await new Response(entry!.value).arrayBuffer())).toEqual(bytes);
  }
});

it("a stream that breaks off is kept nowhere", async () => {
  let isFirst = true;
  const value = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (isFirst) controller.enqueue(new TextEncoder().encode("half"));
      else controller.error(new Error("broken off"));
      isFirst = false;
    },
  });
  await call(one!, returned("", { value }));
  expect(await everywhere()).toEqual(nowhere);
});

it("a call that fails is kept nowhere, and the next one is", async () => {
  await one!.get("k", []);
  await expect(one!.set("k", Promise.reject(new Error("no value")))).rejects.toThrow("no value");
  expect(await everywhere()).toEqual(nowhere);
  await call(one!, returned("made"));
  expect(await everywhere()).toEqual(["made", "made", "made"]);
});

it("what expires at once is kept nowhere", async () => {
  await call(one!, returned("mortal", { expire: 0 }));
  expect(await everywhere()).toEqual(nowhere);
});

it("what a server is being given is waited for there", async () => {
  await one!.get("k", []);
  const { promise, resolve } = Promise.withResolvers<UseCacheEntry>();
  const setting = one!.set("k", promise);
  const waiting = read(one!);
  expect(await within(50, waiting)).toBe("late");
  expect(await read(other!)).toBeUndefined();
  resolve(returned("made"));
  expect(await waiting).toBe("made");
  await setting;
});

it("ends everywhere with one of its tags, before the call that ends it resolves", async () => {
  for (let round = 0; round < 20; round++) {
    await call(one!, returned(`${round}`, { tags: ["t"] }));
    expect(await everywhere()).toEqual([`${round}`, `${round}`, `${round}`]);
    await other!.updateTags(["t"]);
    expect(await everywhere()).toEqual(nowhere);
  }
});

it("ends for those who ask with a tag that has ended", async () => {
  await call(one!, returned("made", { tags: ["t"] }));
  await everywhere();
  await other!.updateTags(["_N_T_/p"]);
  expect(await everywhere(["_N_T_/p"])).toEqual(nowhere);
  expect(await everywhere(["_N_T_/q"])).toEqual(["made", "made", "made"]);
});

it("keeps nothing that was overtaken while it was made", async () => {
  await one!.get("k", []);
  const { promise, resolve } = Promise.withResolvers<UseCacheEntry>();
  const setting = one!.set("k", promise);
  await other!.updateTags(["t"]);
  resolve(returned("overtaken", { tags: ["t"] }));
  await setting;
  expect(await everywhere()).toEqual(nowhere);
});

it.each([
  ["that is older than its time", 0.3, async (): Promise<void> => undefined],
  ["one of whose tags may be refreshed", 60, () => other!.updateTags(["t"], { expire: 300 })],
])("one server is told to make a value anew %s, and it ends with that", async (_what, revalidate, age) => {
  const entry = returned("old", { tags: ["t"], revalidate });
  await call(one!, entry);
  await everywhere();
  await age();
  if (revalidate < 1) await waitUntil(() => Date.now() > entry.timestamp + 300, "it to be older");
  const asked = await Promise.all(servers.map((server) => server.get("k", [])));
  const isTold = asked.map((got) => got!.timestamp + got!.revalidate * 1_000 < Date.now());
  expect(isTold.filter(Boolean)).toHaveLength(1);
  expect(await Promise.all(asked.map((got) => text(got!.value)))).toEqual(["old", "old", "old"]);
  await servers[isTold.indexOf(true)]!.set("k", Promise.resolve(returned("new", { tags: ["t"] })));
  expect(await everywhere()).toEqual(["new", "new", "new"]);
});

it("another server is told to make it anew when that has failed with the first", async () => {
  await call(one!, returned("old", { tags: ["t"] }));
  await other!.updateTags(["t"], { expire: 300 });
  const isTold = async (server: UseCache): Promise<boolean> => (await server.get("k", []))!.revalidate < 0;
  expect(await isTold(one!)).toBe(true);
  expect(await isTold(other!)).toBe(false);
  await one!.set("k", Promise.reject(new Error("no value"))).catch(() => undefined);
  expect(await isTold(other!)).toBe(true);
});
