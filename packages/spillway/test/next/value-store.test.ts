// What several processes find, put, end and claim, whose value stores share one Redis.

import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { type RedisNode, startRedis } from "../../../../testing/redis-node.ts";
import type { ValueStore } from "../../src/cache/value-store.ts";
import { found, made, standing, Stores } from "./stores.ts";

let redis: RedisNode;
let stores: Stores;
let [one, other, third]: ValueStore[] = [];

beforeAll(async () => {
  redis = await startRedis();
});

beforeEach(async () => {
  await redis.cli("flushall");
  stores = new Stores(redis);
  [one, other, third] = await stores.follow(3);
});

afterEach(() => stores.close());

afterAll(() => redis.remove());

const everywhere = (key: string, tags?: readonly string[]): Promise<unknown[]> =>
  Promise.all([one!, other!, third!].map((store) => found(store, key, tags)));

it("finds in every process what one has put", async () => {
  expect(await made(one!, "k", { value: { n: 1 } })).toBe(true);
  expect(await everywhere("k")).toEqual([{ n: 1 }, { n: 1 }, { n: 1 }]);
});

it("no process finds what one of them has invalidated, whenever it is asked afterwards", async () => {
  for (let round = 0; round < 100; round++) {
    await made(one!, "k", { value: round, tags: ["t"] });
    expect(await everywhere("k")).toEqual([round, round, round]);
    await one!.invalidate(["t"]);
    expect(await everywhere("k")).toEqual([undefined, undefined, undefined]);
  }
});

it("no process finds what one of them has ended by its key", async () => {
  await made(one!, "k", { value: 1 });
  await made(one!, "l", { value: 2 });
  await everywhere("k");
  await other!.end("k");
  expect(await everywhere("k")).toEqual([undefined, undefined, undefined]);
  expect(await everywhere("l")).toEqual([2, 2, 2]);
});

it.each([
  ["the process that makes it", () => one!],
  ["another process", () => other!],
])("keeps nothing whose tag %s has invalidated while it was made", async (_who, invalidating) => {
  const stamp = await one!.begin();
  await invalidating().invalidate(["t"]);
  expect(await one!.put("k", "overtaken", { tags: ["t"], stamp, ttlMs: 60_000 })).toBe(false);
  expect(await everywhere("k")).toEqual([undefined, undefined, undefined]);
});

it("keeps what was made while other tags were invalidated", async () => {
  const stamp = await one!.begin();
  await other!.invalidate(["another"]);
  expect(await one!.put("k", "made", { tags: ["t"], stamp, ttlMs: 60_000 })).toBe(true);
  expect(await everywhere("k")).toEqual(["made", "made", "made"]);
});

it("a tag that only the reader names ends a value for that reader alone", async () => {
  await made(one!, "k", { value: 1, tags: ["t"] });
  await everywhere("k");
  await other!.invalidate(["soft"]);
  expect(await everywhere("k", ["soft"])).toEqual([undefined, undefined, undefined]);
  expect(await everywhere("k")).toEqual([1, 1, 1]);
  expect(await everywhere("k", ["another"])).toEqual([1, 1, 1]);
});

it("what is let be refreshed is still found everywhere, and said to be expired", async () => {
  await made(one!, "k", { value: 1, tags: ["t"] });
  await everywhere("k");
  await other!.expire(["t"]);
  for (const store of [one!, other!, third!])
    expect(await standing(store, "k")).toEqual({ value: 1, isExpired: true });
  await made(third!, "k", { value: 2, tags: ["t"] });
  for (const store of [third!, stores.open()])
    expect(await standing(store, "k")).toEqual({ value: 2, isExpired: false });
});

it("a process that has an expired value in memory finds the one that another has made anew", async () => {
  await made(one!, "k", { value: "old", tags: ["t"] });
  await everywhere("k");
  await one!.expire(["t"]);
  await made(other!, "k", { value: "new", tags: ["t"] });
  expect(await everywhere("k")).toEqual(["new", "new", "new"]);
});

it("looks in Redis for a newer value only if its own is old", async () => {
  await made(one!, "k", { value: "old" });
  await everywhere("k");
  await made(other!, "k", { value: "new" });
  const isOld = (value: unknown): boolean => value === "old";
  expect((await one!.find("k", [], isOld))?.value).toBe("new");
  expect((await third!.find("k", [], () => false))?.value).toBe("old");
});

it("gives each claim to one process, until that has put its value or lets go", async () => {
  const claims = (): Promise<boolean[]> =>
    Promise.all([one!, other!, third!].map((store) => store.claim("k")));
  const first = await claims();
  expect(first.filter(Boolean)).toHaveLength(1);
  expect(await claims()).toEqual([false, false, false]);
  const claimant = [one!, other!, third!][first.indexOf(true)]!;
  await made(claimant, "k", { value: 1 });
  expect((await claims()).filter(Boolean)).toHaveLength(1);
  await one!.release("k");
  expect((await claims()).filter(Boolean)).toHaveLength(1);
  expect(await other!.claim("l")).toBe(true);
});

it("lets go of a claim also when what was made is not kept", async () => {
  await one!.claim("k");
  const stamp = await one!.begin();
  await other!.invalidate(["t"]);
  expect(await one!.put("k", 1, { tags: ["t"], stamp, ttlMs: 60_000 })).toBe(false);
  expect(await other!.claim("k")).toBe(true);
});

it("who waits for another process is given what that makes", async () => {
  await one!.claim("k");
  const waiting = [other!, third!].map((store) => store.awaited<string>("k", []));
  await made(one!, "k", { value: "made" });
  const awaited = await Promise.all(waiting);
  expect(awaited).toMatchObject([
    { value: "made", isExpired: false },
    { value: "made", isExpired: false },
  ]);
});

it("who waits for another process gives up when that lets go", async () => {
  await one!.claim("k");
  const waiting = other!.awaited("k", []);
  await one!.release("k");
  const startedAt = performance.now();
  expect(await waiting).toBeUndefined();
  // Not only at the end of all patience.
  expect(performance.now() - startedAt).toBeLessThan(1_000);
});

it("a claim of a process that has died ends by itself", async () => {
  await one!.claim("k");
  const [key = ""] = (await redis.cli("keys", "*:claim")).split("\n");
  const leftMs = Number(await redis.cli("pttl", key));
  expect(leftMs).toBeGreaterThan(1_000);
  expect(leftMs).toBeLessThanOrEqual(10_000);
});
