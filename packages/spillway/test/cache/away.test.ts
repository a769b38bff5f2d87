// What a cache does while its Redis is killed, frozen, emptied, set back, full or evicting.

import { afterEach, beforeEach, expect, it } from "vitest";
import { type RedisNode, startRedis } from "../../../../testing/redis-node.ts";
import { type Cache, type CacheSettings, createCache } from "../../src/cache/index.ts";
import { causalityToken, runInScope } from "../../src/coherence/index.ts";
import { waitUntil } from "../wait.ts";
import { Source } from "./source.ts";

let redis: RedisNode;
let source: Source;
const opened: Cache[] = [];
let count = 0;

beforeEach(async () => {
  process.env["SPILLWAY_SECRET"] = "sixteen letters!";
  redis = await startRedis();
  source = new Source();
});

afterEach(async () => {
  delete process.env["SPILLWAY_SECRET"];
  redis.thaw();
  await Promise.all(opened.splice(0).map((cache) => cache.close()));
  await redis.remove();
});

/** A process of its own, as far as its connection, memory and table go. */
function open(settings: CacheSettings = {}): Cache {
  const cache = createCache({ redis: `${redis.url}/0?process=${count++}`, ...settings });
  opened.push(cache);
  return cache;
}

const read = (cache: Cache): Promise<string> => cache.getOrSet("k", source.read, { tags: ["t"] });

/** Until an invalidation is taken: then both the writer and Redis are back. Returns its token. */
async function invalidateWhenBack(cache: Cache): Promise<string> {
  let token: string | undefined;
  await waitUntil(async () => {
    token = await runInScope(async () => {
      await cache.invalidate({ tags: ["t"] });
      return causalityToken();
    });
    return true;
  }, "Redis to take an invalidation");
  return token!;
}

it("loads while Redis is killed, raises what cannot be invalidated, and comes back by itself", async () => {
  const cache = open();
  await read(cache);
  await redis.kill();
  source.value = "new";
  await expect(cache.invalidate({ tags: ["t"] })).rejects.toMatchObject({
    code: "SPILLWAY_CACHE_INVALIDATION",
  });
  // Who could not tell others has ended it here.
  expect(await read(cache)).toBe("new");
  await redis.start();
  const token = await invalidateWhenBack(cache);
  expect(await runInScope(() => read(cache), { token })).toBe("new");
  expect(cache.peek("k")).toBe("new");
});

it("loads while Redis is frozen, and trusts its memory no longer than the bound", async () => {
  const [reader, writer] = [open({ maxSilence: 0.3 }), open()];
  await Promise.all([read(reader), read(writer)]);
  redis.freeze();
  expect(await reader.getOrSet("cold", () => "loaded")).toBe("loaded");
  source.value = "new";
  await waitUntil(async () => reader.peek("k") === undefined, "its memory to be distrusted");
  expect(await read(reader)).toBe("new");
  // Nothing that is loaded meanwhile is kept: nobody would say that it has ended.
  expect(reader.peek("k")).toBeUndefined();
  redis.thaw();
  await invalidateWhenBack(writer);
  await waitUntil(async () => (await read(reader)) === "new" && reader.peek("k") === "new", "it to be kept");
});

it("loads no more than its share at a time while Redis is away, and never less", async () => {
  const cache = open({ loadsWithoutRedis: 3, maxSilence: 0.1 });
  await read(cache);
  await redis.kill();
  await waitUntil(() => cache.peek("k") === undefined, "its memory to be distrusted");
  let [now, most] = [0, 0];
  const loader = async (): Promise<number> => {
    most = Math.max(most, ++now);
    await new Promise((resolve) => setTimeout(resolve, 5));
    // A cached value inside of a load needs no permit of its own.
    await cache.getOrSet("inner", () => 1);
    return now--;
  };
  await Promise.all(Array.from({ length: 30 }, (_, index) => cache.getOrSet(`key ${index}`, loader)));
  expect(most).toBe(3);
});

it.each([
  ["restarts empty", () => redis.kill().then(() => redis.start())],
  ["is flushed under its connections", () => redis.cli("flushall").then(() => undefined)],
])("serves nothing from before when Redis %s", async (_what, lose) => {
  const processes = [open(), open()];
  await Promise.all(processes.map(read));
  await lose();
  source.value = "new";
  const token = await invalidateWhenBack(processes[0]!);
  for (const cache of [...processes, open()])
    expect(await runInScope(() => read(cache), { token })).toBe("new");
  await waitUntil(async () => (await read(processes[1]!)) === "new", "the other to hear of it");
});

it("serves nothing of a Redis that comes back with older data", async () => {
  const [writer, reader] = [open(), open()];
  await read(writer);
  await redis.cli("save");
  const epoch = await redis.cli("hget", "spillway:{log}:meta", "epoch");
  source.value = "new";
  await writer.invalidate({ tags: ["t"] });
  await redis.kill();
  await redis.start();
  // Old value, old marker, old log: all of it in order, and from before the invalidation.
  expect(await redis.cli("hget", "spillway:{log}:meta", "epoch")).toBe(epoch);
  const starting = open();
  expect(await read(starting)).toBe("new");
  await waitUntil(async () => (await read(reader)) === "new", "the reader");
  await waitUntil(async () => (await read(writer)) === "new", "the writer");
  expect(await redis.cli("hget", "spillway:{log}:meta", "epoch")).not.toBe(epoch);
});

it("invalidates in a Redis that is out of memory, in which nothing more can be stored", async () => {
  const [writer, reader] = [open(), open()];
  await Promise.all([read(writer), read(reader)]);
  await redis.cli("config", "set", "maxmemory", "1");
  source.value = "new";
  await writer.invalidate({ tags: ["t"] });
  await waitUntil(async () => (await read(reader)) === "new", "the reader to hear of it");
  expect(await read(writer)).toBe("new");
  // Kept in memory at least, which follows the log.
  expect(writer.peek("k")).toBe("new");
  expect(await reader.getOrSet("cold", () => 1)).toBe(1);
});

it("serves nothing old in a Redis that evicts whatever it likes, its own markers included", async () => {
  const [writer, reader] = [open(), open({ maxBytes: 0 })];
  await Promise.all([read(writer), read(reader)]);
  await redis.cli("config", "set", "maxmemory-policy", "allkeys-random");
  const used = /used_memory:(\d+)/.exec(await redis.cli("info", "memory"))![1]!;
  await redis.cli("config", "set", "maxmemory", String(Number(used) + 1_000_000));
  const ballast = "x".repeat(10_000);
  let stale = 0;
  for (let round = 0; round < 100; round++) {
    source.value = String(round);
    const token = await invalidateWhenBack(writer);
    if ((await runInScope(() => read(reader), { token })) !== source.value) stale++;
    await Promise.all([1, 2, 3].map((one) => writer.getOrSet(`ballast ${round} ${one}`, () => ballast)));
  }
  expect(stale).toBe(0);
  // It did evict, and the log was lost among the rest.
  expect(await redis.cli("info", "stats")).toMatch(/evicted_keys:[1-9]/);
});

it("answers in a full Redis also where there is no memory to keep anything in", async () => {
  const cache = open({ maxBytes: 0 });
  await redis.cli("config", "set", "maxmemory", "1");
  expect(await read(cache)).toBe("old");
  expect(await read(cache)).toBe("old");
  expect(source.reads).toBe(2);
});
