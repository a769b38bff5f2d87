// The races that cache libraries lose, each in the one order of steps that loses it, on every combination of tiers.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type RedisNode, startRedis } from "../../../../testing/redis-node.ts";
import { type Cache, type CacheSettings, createCache } from "../../src/cache/index.ts";
import { causalityToken, runInScope } from "../../src/coherence/index.ts";
import { type CacheLog, logs } from "../../src/coherence/log.ts";
import { waitUntil } from "../wait.ts";
import { heldClient } from "./held-client.ts";
import { Source } from "./source.ts";

let redis: RedisNode;
let source: Source;
const opened: Cache[] = [];

beforeAll(async () => {
  process.env["SPILLWAY_SECRET"] = "sixteen letters!";
  redis = await startRedis();
});

afterAll(async () => {
  delete process.env["SPILLWAY_SECRET"];
  await redis.remove();
});

beforeEach(() => {
  source = new Source();
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((cache) => cache.close()));
  await redis.cli("flushall");
});

/** Processes with a Redis in common are caches here, each with a connection, a memory and a table of its own. */
const tiers: [name: string, settings: () => CacheSettings][] = [
  ["memory alone", () => ({ redis: false })],
  ["Redis alone", () => ({ redis: separate(), maxBytes: 0 })],
  ["memory and Redis", () => ({ redis: separate() })],
];
const sharedTiers = tiers.slice(1);
let count = 0;

/** Another URL for each, so that no two share what a process has once. */
function separate(): string {
  return `${redis.url}/0?process=${count++}`;
}

function open(settings: CacheSettings): Cache {
  const cache = createCache(settings);
  opened.push(cache);
  return cache;
}

const read = (cache: Cache, options = { tags: ["t"] }): Promise<string> =>
  cache.getOrSet("k", source.read, options);

/** In an object, since it is not to be awaited. */
async function beginSlowRead(cache: Cache): Promise<{ reading: Promise<string> }> {
  const held = source.held;
  const reading = cache.getOrSet("k", source.readSlowly, { tags: ["t"] });
  await waitUntil(() => source.held > held, "the loader to have read");
  return { reading };
}

const invalidations: [string, (cache: Cache) => Promise<void>][] = [
  ["its key", (cache) => cache.invalidate({ keys: ["k"] })],
  ["a tag", (cache) => cache.invalidate({ tags: ["t"] })],
  ["everything", (cache) => cache.clear()],
  ["delete", (cache) => cache.delete("k")],
];

describe.each(tiers)("with %s", (_name, settings) => {
  it.each(invalidations)(
    "a load that straddles the invalidation of %s leaves nothing old behind",
    async (_by, invalidate) => {
      const cache = open(settings());
      const { reading } = await beginSlowRead(cache);
      source.value = "new";
      await invalidate(cache);
      // It was loaded once more: even who asked before gets the new value.
      expect(await source.releaseUntil(reading)).toBe("new");
      expect(await read(cache)).toBe("new");
    },
  );

  it.each(invalidations)(
    "who asks after the invalidation of %s does not join the load before it",
    async (_by, invalidate) => {
      const cache = open(settings());
      const { reading } = await beginSlowRead(cache);
      source.value = "new";
      await invalidate(cache);
      expect(await read(cache)).toBe("new");
      await source.releaseUntil(reading);
      expect(await cache.get("k")).toBe("new");
    },
  );

  it("a tag that only the value tells is checked after the load", async () => {
    const cache = open(settings());
    const tags = (value: string): string[] => [`said:${value}`, "late"];
    const reading = cache.getOrSet("k", source.readSlowly, { tags });
    await waitUntil(() => source.held === 1, "the loader to have read");
    source.value = "new";
    await cache.invalidate({ tags: ["late"] });
    expect(await source.releaseUntil(reading)).toBe("new");
    await cache.invalidate({ tags: ["said:new"] });
    expect(await cache.get("k")).toBeUndefined();
  });

  it("a tag that the loader adds counts as one that was given", async () => {
    const cache = open(settings());
    await cache.getOrSet("k", ({ tag }) => {
      tag("added");
      return 1;
    });
    await cache.invalidate({ tags: ["added"] });
    expect(await cache.get("k")).toBeUndefined();
  });

  it("a value that is set is not replaced by a load that began before", async () => {
    const cache = open(settings());
    const { reading } = await beginSlowRead(cache);
    await cache.set("k", "set", { tags: ["t"] });
    source.value = "set";
    await source.releaseUntil(reading);
    expect(await cache.get("k")).toBe("set");
  });

  it("an invalidated value is served in no grace, an expired one is, while one load refreshes it", async () => {
    const cache = open({ ...settings(), grace: 60 });
    await read(cache);
    source.value = "new";
    await cache.expire({ tags: ["t"] });
    expect(await cache.get("k")).toBeUndefined();
    const answers = await Promise.all(Array.from({ length: 10 }, () => read(cache)));
    expect(new Set(answers)).toEqual(new Set(["old"]));
    await waitUntil(async () => (await cache.get("k")) === "new", "it to be refreshed");
    expect(source.reads).toBe(2);
    source.value = "newest";
    await cache.invalidate({ tags: ["t"] });
    expect(await read(cache)).toBe("newest");
  });

  it("an expiry during a load lets its value be kept and refreshed", async () => {
    const cache = open({ ...settings(), grace: 60 });
    const { reading } = await beginSlowRead(cache);
    source.value = "new";
    await cache.expire({ tags: ["t"] });
    expect(await source.releaseUntil(reading)).toBe("old");
    expect(await read(cache)).toBe("old");
    await waitUntil(async () => (await cache.get("k")) === "new", "it to be refreshed");
  });

  it("what is made of cached values ends with them, and never of those past their time", async () => {
    const cache = open({ ...settings(), grace: 60 });
    const page = (): Promise<string> => cache.getOrSet("page", async () => `page of ${await read(cache)}`);
    expect(await page()).toBe("page of old");
    source.value = "new";
    await cache.invalidate({ tags: ["t"] });
    expect(await page()).toBe("page of new");
    source.value = "newest";
    await cache.expire({ tags: ["t"] });
    expect(await page()).toBe("page of new");
    await waitUntil(async () => (await page()) === "page of newest", "the page to be refreshed");
  });

  it("a thousand who ask at once load once", async () => {
    const cache = open(settings());
    await Promise.all(Array.from({ length: 1_000 }, () => read(cache)));
    expect(source.reads).toBe(1);
  });
});

/** The token of the answer to a request that invalidates. */
async function tokenOf(invalidation: () => Promise<void>): Promise<string> {
  const token = await runInScope(async () => {
    await invalidation();
    return causalityToken();
  });
  expect(token).toBeTypeOf("string");
  return token!;
}

/** How far the process has followed that was opened last. */
function placeOfLast(): number {
  return ([...logs].at(-1) as CacheLog).table.place;
}

describe.each(sharedTiers)("over processes with %s", (_name, settings) => {
  it.each(invalidations)(
    "a load that straddles the invalidation of %s by another process leaves nothing old behind",
    async (_by, invalidate) => {
      const [reader, writer, third] = [open(settings()), open(settings()), open(settings())];
      const { reading } = await beginSlowRead(reader);
      source.value = "new";
      await invalidate(writer);
      await source.releaseUntil(reading);
      expect(await read(third)).toBe("new");
      expect(await read(writer)).toBe("new");
      await waitUntil(async () => (await read(reader)) === "new", "the reader to hear of it");
    },
  );

  it.each(invalidations)(
    "who knows of the invalidation of %s by another process joins no load before it, and sees nothing before it",
    async (_by, invalidate) => {
      const [reader, writer] = [open(settings()), open(settings())];
      const { reading } = await beginSlowRead(reader);
      source.value = "new";
      const token = await tokenOf(() => invalidate(writer));
      expect(await runInScope(() => read(reader), { token })).toBe("new");
      await source.releaseUntil(reading);
      expect(await runInScope(() => read(reader), { token })).toBe("new");
    },
  );

  it("who knows of an invalidation is not served from the memory of a process that has not heard of it", async () => {
    const slow = await heldClient(redis.url);
    const writer = open(settings());
    const reader = open({ ...settings(), redis: slow.client, redisTimeout: 10, maxSilence: 60 });
    await read(reader);
    source.value = "new";
    // It hears nothing: what it waits for its own connection with is not held, what it asks then is.
    const come = slow.hold("EVALSHA");
    const token = await tokenOf(() => writer.invalidate({ tags: ["t"] }));
    await come;
    expect(await read(reader)).toBe("old");
    const reading = runInScope(() => read(reader), { token });
    slow.release();
    expect(await reading).toBe("new");
    slow.close();
  });

  it.each(invalidations)(
    "every process hears of the invalidation of %s within milliseconds",
    async (_by, invalidate) => {
      const processes = Array.from({ length: 3 }, () => open(settings()));
      await Promise.all(processes.map((cache) => read(cache)));
      expect(source.reads).toBe(1);
      source.value = "new";
      await invalidate(processes[0]!);
      expect(await read(processes[0]!)).toBe("new");
      await expect
        .poll(() => Promise.all(processes.map((cache) => read(cache))), { timeout: 1_000, interval: 2 })
        .toEqual(["new", "new", "new"]);
    },
  );

  it("a reply of Redis that comes after the invalidation is not served, and not kept", async () => {
    const slow = await heldClient(redis.url);
    const writer = open(settings());
    const reader = open({ ...settings(), redis: slow.client, redisTimeout: 10 });
    await read(writer);
    await reader.get("other");
    const come = slow.hold("GET");
    const reading = read(reader);
    await come;
    source.value = "new";
    const before = placeOfLast();
    await writer.invalidate({ tags: ["t"] });
    await waitUntil(() => placeOfLast() > before, "the reader to have heard of it");
    slow.release();
    expect(await reading).toBe("new");
    expect(await reader.get("k")).toBe("new");
    slow.close();
  });

  it("who joins a load that has ended but for being stored is not given what was invalidated meanwhile", async () => {
    const slow = await heldClient(redis.url);
    const cache = open({ ...settings(), redis: slow.client, redisTimeout: 10 });
    await cache.get("other");
    const late = (): Promise<string> => cache.getOrSet("k", source.read, { tags: () => ["late"] });
    // The command that stores: the only one with a value in it.
    const come = slow.hold("EVALSHA", (args) => args.some((one) => Buffer.isBuffer(one)));
    const first = late();
    await come;
    source.value = "new";
    await cache.invalidate({ tags: ["late"] });
    const second = late();
    slow.release();
    expect(await second).toBe("new");
    // It was asked before.
    expect(await first).toBe("old");
    slow.close();
  });

  it("a log that is cut off is caught up with", async () => {
    const [reader, writer] = [open(settings()), open(settings())];
    await read(reader);
    await writer.get("k");
    // All connections go, and so does what the reader waited with for the next line.
    await redis.cli("client", "kill", "type", "normal");
    source.value = "new";
    const invalidated = await tokenOf(() =>
      waitUntil(async () => {
        await writer.invalidate({ tags: ["t"] });
        return true;
      }, "the writer to be connected again"),
    );
    expect(await runInScope(() => read(reader), { token: invalidated })).toBe("new");
    await expect.poll(() => read(reader), { timeout: 2_000, interval: 5 }).toBe("new");
  });

  it("a marker that was dropped counts as one that is newer than the value", async () => {
    const [writer, other] = [open(settings()), open(settings())];
    await read(writer);
    await writer.invalidate({ tags: ["of something else"] });
    // A process that starts now has to ask the markers: first all are there, then they are not.
    expect(await read(open(settings()))).toBe("old");
    expect(source.reads).toBe(1);
    await redis.cli("del", "spillway:{log}:markers:a");
    source.value = "new";
    expect(await read(other)).toBe("new");
  });

  it("a thousand who ask four processes at once load once", async () => {
    const processes = Array.from({ length: 4 }, () => open(settings()));
    const slowly = async (): Promise<string> => {
      const value = await source.read();
      await new Promise((resolve) => setTimeout(resolve, 100));
      return value;
    };
    await Promise.all(
      processes.flatMap((cache) => Array.from({ length: 250 }, () => cache.getOrSet("k", slowly))),
    );
    expect(source.reads).toBe(1);
  });

  it("the load of a process that died is taken over within seconds", async () => {
    const [first, second] = [open(settings()), open(settings())];
    const { reading } = await beginSlowRead(first);
    // Its lease is no longer renewed.
    await redis.cli("client", "kill", "type", "normal");
    await first.close();
    expect(await read(second)).toBe("old");
    source.release();
    expect(await reading).toBe("old");
  });
});
