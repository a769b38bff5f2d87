// What can be asked of a cache: what Redis knows of a key, and whether a Redis will do.

import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { type RedisNode, startRedis } from "../../../../testing/redis-node.ts";
import { type Cache, createCache, type Explanation } from "../../src/cache/index.ts";
import { registry } from "../../src/metrics/registry.ts";
import { waitUntil } from "../wait.ts";

let redis: RedisNode;
let cache: Cache;
let count = 0;

beforeAll(async () => {
  redis = await startRedis();
});

afterAll(() => redis.remove());

beforeEach(async () => {
  await redis.cli("flushall");
  cache = createCache({ redis: `${redis.url}/0?process=${count++}`, redisTimeout: 1 });
});

afterEach(() => cache.close());

async function explain(key = "k", of: Cache = cache): Promise<Explanation> {
  return (await of.explain(key))!;
}

it("says that nothing is stored, and when somebody loads it", async () => {
  expect(await explain()).toMatchObject({ state: "missing", loading: false });
  let release = (): void => undefined;
  const loading = cache.getOrSet("k", () => new Promise<number>((resolve) => (release = () => resolve(1))));
  await waitUntil(async () => (await explain()).loading, "the load to begin");
  release();
  await loading;
  expect(await explain()).toMatchObject({ state: "valid", loading: false });
});

it("names what a value depends on, as its caller named it, and what has ended it", async () => {
  await cache.getOrSet("k", () => 1, { tags: ["a", "b"], ttl: 100 });
  const valid = await explain();
  expect(valid).toMatchObject({ state: "valid", seq: 0, log: { seq: 0 } });
  expect(valid.tags).toEqual([{ tag: "(its key)" }, { tag: "a" }, { tag: "b" }]);
  expect(valid.bytes).toBeGreaterThan(0);
  expect(valid.expiresIn).toBeGreaterThan(90);
  await cache.invalidate({ tags: ["other"] });
  await cache.invalidate({ tags: ["b"] });
  const ended = await explain();
  expect(ended).toMatchObject({ state: "invalidated", log: { seq: 2 } });
  expect(ended.reason).toBe("place 2 of the log invalidated it after place 0");
  expect(ended.tags).toContainEqual({ tag: "b", invalidatedAt: 2 });
});

it("tells what is served while it is refreshed from what is over", async () => {
  await cache.set("stale", 1, { grace: 60 });
  await cache.set("over", 1);
  await cache.expire({ keys: ["stale", "over"] });
  expect(await explain("stale")).toMatchObject({ state: "stale" });
  expect(await explain("over")).toMatchObject({ state: "expired" });
});

it("says that everything of another epoch, or of before the floor, is void", async () => {
  await cache.set("k", 1);
  await cache.clear();
  expect((await explain()).reason).toMatch(/before which nothing is remembered/);
  await cache.set("k", 1);
  await redis.cli("hset", "spillway:{log}:meta", "epoch", "another");
  expect((await explain()).reason).toMatch(/another epoch/);
});

it("explains the keys of a namespace by their own names", async () => {
  const shop = cache.namespace("shop");
  await shop.set("k", 1, { tags: ["a"] });
  expect(await explain("k", shop)).toMatchObject({
    key: "k",
    state: "valid",
    tags: [{ tag: "(its key)" }, { tag: "(its namespace)" }, { tag: "a" }],
  });
  expect(await explain("k")).toMatchObject({ state: "missing" });
});

it("knows nothing to explain, and nothing to check, without a Redis", async () => {
  const local = createCache({ redis: false });
  expect(await local.explain("k")).toBeUndefined();
  await expect(local.check()).resolves.toBeUndefined();
});

it("accepts a Redis that will do, and says what is wrong with one that will not", async () => {
  await expect(cache.check()).resolves.toBeUndefined();
  await redis.cli("config", "set", "maxmemory-policy", "allkeys-lru");
  const refused = cache.check();
  await expect(refused).rejects.toMatchObject({ code: "SPILLWAY_CACHE_REDIS" });
  await expect(refused).rejects.toThrow(/maxmemory-policy is allkeys-lru.*volatile-lru/s);
  await redis.cli("config", "set", "maxmemory-policy", "noeviction");
  await redis.cli("acl", "setuser", "reader", "on", "nopass", "~*", "+@read", "+@connection", "+info");
  const reader = createCache({ redis: redis.url.replace("//", "//reader:any@") });
  await expect(reader.check()).rejects.toMatchObject({ code: "SPILLWAY_CACHE_REDIS" });
  // It is passed by, not an error of whoever reads.
  expect(await reader.getOrSet("k", () => "loaded")).toBe("loaded");
  await reader.close();
  const nobody = createCache({ redis: "redis://127.0.0.1:1" });
  await expect(nobody.check()).rejects.toMatchObject({ code: "SPILLWAY_CACHE_REDIS" });
  await nobody.close();
});

it("shows by tier what was asked, and how far the log was followed", async () => {
  await cache.getOrSet("counted", () => 1);
  await cache.getOrSet("counted", () => 1);
  await cache.invalidate({ keys: ["counted"] });
  const shown = await registry().metrics();
  expect(shown).toMatch(/cache_requests_total\{tier="memory",result="hit"\} [1-9]/);
  expect(shown).toMatch(/cache_requests_total\{tier="redis",result="miss"\} [1-9]/);
  expect(shown).toMatch(/cache_requests_total\{tier="loader",result="load"\} [1-9]/);
  expect(shown).toMatch(/cache_invalidations_total\{source="direct"\} [1-9]/);
  for (const name of ["cache_log_lag_entries", "cache_log_lag_seconds", "cache_log_silence_seconds"])
    expect(shown).toMatch(new RegExp(`^${name} `, "m"));
});
