import { expect, it, vi } from "vitest";
import { registry } from "../metrics/registry.ts";
import { createCache, getCached, invalidateCache } from "./index.ts";

it.each([0, "", false, null, Number.NaN, [], {}])("keeps %o like any other value", async (value) => {
  const cache = createCache();
  const loader = vi.fn<() => unknown>(() => value);
  expect(await cache.getOrSet("k", loader)).toEqual(value);
  expect(await cache.getOrSet("k", loader)).toEqual(value);
  expect(loader).toHaveBeenCalledTimes(1);
});

it("gives the very object that was loaded", async () => {
  const cache = createCache();
  const value = { deep: new Map() };
  expect(await cache.getOrSet("k", () => value)).toBe(value);
  expect(cache.peek("k")).toBe(value);
});

it("gives each reader a copy of its own when told to, of data alone", async () => {
  const cache = createCache({ copies: true });
  const value = { tags: new Set(["a"]), bytes: Buffer.from("bytes"), at: new Date(0) };
  const readers = await Promise.all(Array.from({ length: 3 }, () => cache.getOrSet("k", async () => value)));
  for (const one of readers) one.tags.add("changed");
  readers[0]!.bytes.fill(0);
  expect(await cache.get("k")).toEqual(value);
  expect(value.tags.size).toBe(1);
  expect(cache.peek("k")).not.toBe(cache.peek("k"));
  cache.peek<typeof value>("k")!.bytes.fill(0);
  expect(cache.peek("k")).toEqual(value);
  await expect(cache.getOrSet("f", () => ({ deep: [() => 1] }))).rejects.toMatchObject({
    code: "SPILLWAY_CACHE_VALUE",
    data: { path: "$.deep[0]" },
  });
  await expect(cache.set("f", Symbol("no"))).rejects.toMatchObject({ code: "SPILLWAY_CACHE_VALUE" });
  expect(cache.peek("f")).toBeUndefined();
});

it("gives a loader's error to all who wait, and keeps nothing", async () => {
  const cache = createCache();
  const broken = vi.fn<() => Promise<never>>(() => Promise.reject(new Error("the source is away")));
  const asked = [cache.getOrSet("k", broken), cache.getOrSet("k", broken)];
  for (const one of asked) await expect(one).rejects.toThrow("the source is away");
  expect(broken).toHaveBeenCalledTimes(1);
  expect(await cache.getOrSet("k", () => "back")).toBe("back");
  await expect(
    cache.getOrSet("thrown", () => {
      throw new Error("at once");
    }),
  ).rejects.toThrow("at once");
});

it("refuses a loader that returns undefined", async () => {
  const cache = createCache();
  await expect(cache.getOrSet("k", () => undefined)).rejects.toMatchObject({ code: "SPILLWAY_CACHE_LOADER" });
});

it("gives up a loader that hangs, tells it so, and frees its key", async () => {
  const cache = createCache({ loadTimeout: 0.05 });
  const seen: { signal?: AbortSignal } = {};
  const hanging = cache.getOrSet("k", (context) => {
    seen.signal = context.signal;
    return new Promise(() => undefined);
  });
  await expect(hanging).rejects.toMatchObject({ code: "SPILLWAY_CACHE_TIMEOUT", data: { key: "k" } });
  expect(seen.signal?.aborted).toBe(true);
  expect(await cache.getOrSet("k", () => 1)).toBe(1);
});

it("serves no longer than its time", async () => {
  const cache = createCache({ ttl: 0.03 });
  await cache.set("k", "value");
  expect(await cache.get("k")).toBe("value");
  await vi.waitFor(() => expect(cache.peek("k")).toBeUndefined());
});

it("keeps the old value for its grace when the refresh fails", async () => {
  const cache = createCache({ ttl: 0.01, grace: 60 });
  await cache.set("k", "old");
  await vi.waitFor(() => expect(cache.peek("k")).toBeUndefined());
  const broken = (): Promise<string> => Promise.reject(new Error("away"));
  expect(await cache.getOrSet("k", broken)).toBe("old");
  expect(await cache.getOrSet("k", broken)).toBe("old");
});

it("is not refreshed in the background for a value of no grace", async () => {
  const cache = createCache({ ttl: 0.01 });
  await cache.set("k", "old");
  await vi.waitFor(() => expect(cache.peek("k")).toBeUndefined());
  expect(await cache.getOrSet("k", () => "new")).toBe("new");
});

it("stays within its bytes, and keeps what is used", async () => {
  const cache = createCache({ maxBytes: 100_000 });
  const page = "x".repeat(1_000);
  for (let index = 0; index < 1_000; index++) {
    await cache.set(`page:${index}`, page + String(index));
    cache.peek("page:0");
  }
  const text = await registry().metrics();
  expect(cache.peek("page:0")).toBeDefined();
  expect(cache.peek("page:1")).toBeUndefined();
  const held = Array.from({ length: 1_000 }, (_, index) => cache.peek(`page:${index}`)).filter(Boolean);
  expect(held.length).toBeGreaterThan(20);
  expect(held.length).toBeLessThan(100);
  expect(text).toMatch(/cache_memory_entries \d+/);
});

it("counts the bytes of a value that replaces another once", async () => {
  const cache = createCache({ maxBytes: 100_000 });
  await cache.set("other", "o");
  for (let index = 0; index < 100; index++) await cache.set("same", "x".repeat(5_000));
  expect(cache.peek("other")).toBe("o");
});

it("does not keep a value that would push out all others", async () => {
  const cache = createCache({ maxBytes: 100_000 });
  await cache.set("small", "s");
  await cache.set("large", "x".repeat(50_000));
  expect([cache.peek("small"), cache.peek("large")]).toEqual(["s", undefined]);
  await cache.set("small", "x".repeat(50_000));
  expect(cache.peek("small")).toBeUndefined();
});

it("keeps namespaces apart, their keys and their tags", async () => {
  const cache = createCache();
  const [one, other] = [cache.namespace("one"), cache.namespace("other")];
  for (const each of [cache, one, other]) await each.set("k", each, { tags: ["t"] });
  await one.invalidate({ tags: ["t"] });
  expect([cache.peek("k"), one.peek("k"), other.peek("k")]).toEqual([cache, undefined, other]);
  await one.set("k", 1);
  await one.namespace("inner").set("k", 2);
  await other.clear();
  expect([cache.peek("k"), one.peek("k"), other.peek("k")]).toEqual([cache, 1, undefined]);
  await one.clear();
  expect(one.namespace("inner").peek("k")).toBeUndefined();
  await cache.clear();
  expect(cache.peek("k")).toBeUndefined();
});

it("tells a key from a tag of the same name", async () => {
  const cache = createCache();
  await cache.set("same", 1);
  await cache.set("k", 2, { tags: ["same"] });
  await cache.invalidate({ tags: ["same"] });
  expect([cache.peek("same"), cache.peek("k")]).toEqual([1, undefined]);
});

it.each([
  ["", "key is empty"],
  ["x".repeat(513), "key is 513 characters long"],
  [undefined, "key is a undefined"],
  [7, "key is a number"],
] as unknown as [string, string][])("refuses the key %j", async (key, message) => {
  const cache = createCache();
  await expect(cache.getOrSet(key, () => 1)).rejects.toMatchObject({
    code: "SPILLWAY_CACHE_KEY",
    message: expect.stringContaining(message),
  });
  await expect(cache.getOrSet("k", () => 1, { tags: [key] })).rejects.toMatchObject({
    code: "SPILLWAY_CACHE_KEY",
  });
  await expect(cache.invalidate({ keys: [key] })).rejects.toMatchObject({ code: "SPILLWAY_CACHE_KEY" });
});

it.each([
  { ttl: -1 },
  { ttl: 300_000_000 },
  { grace: Number.NaN },
  { ttl: "60" },
  { maxBytes: -1 },
  { tttl: 1 },
])("refuses the setting %o", (settings) => {
  expect(() => createCache(settings as object)).toThrow(
    expect.objectContaining({ code: "SPILLWAY_CACHE_SETTING" }),
  );
});

it("refuses times of an entry that cannot be, and keeps nothing", async () => {
  const cache = createCache();
  await expect(cache.set("k", 1, { ttl: -5 })).rejects.toMatchObject({ code: "SPILLWAY_CACHE_SETTING" });
  await expect(cache.getOrSet("k", () => 1, { ttl: 5e9 })).rejects.toMatchObject({
    code: "SPILLWAY_CACHE_SETTING",
  });
  expect(cache.peek("k")).toBeUndefined();
});

it("has the helpers of the tutorials: falsy values, prefixes, one key, all", async () => {
  const fetcher = vi.fn<() => number>(() => 0);
  const read = (key: string): Promise<number> => getCached(key, fetcher, 60);
  await read("products:list:1");
  await read("products:list:1");
  await read("orders:1");
  expect(fetcher).toHaveBeenCalledTimes(2);
  await invalidateCache("products:*");
  await read("products:list:1");
  await read("orders:1");
  expect(fetcher).toHaveBeenCalledTimes(3);
  await invalidateCache("orders:1");
  await read("orders:1");
  expect(fetcher).toHaveBeenCalledTimes(4);
  await invalidateCache("*");
  await read("products:list:1");
  expect(fetcher).toHaveBeenCalledTimes(5);
  await expect(invalidateCache("prod*")).rejects.toMatchObject({ code: "SPILLWAY_CACHE_SETTING" });
});

it("counts what it did", async () => {
  const count = async (pattern: RegExp): Promise<number> =>
    Number(pattern.exec(await registry().metrics())?.[1] ?? 0);
  const hits = /cache_requests_total\{tier="memory",result="hit"\} (\d+)/;
  const invalidations = /cache_invalidations_total\{source="direct"\} (\d+)/;
  const cache = createCache();
  const before = [await count(hits), await count(invalidations)] as const;
  await cache.getOrSet("k", () => 1);
  await cache.getOrSet("k", () => 1);
  await cache.invalidate({ keys: ["k"] });
  expect([await count(hits), await count(invalidations)]).toEqual([before[0] + 1, before[1] + 1]);
});
