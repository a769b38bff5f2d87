// The clients that an app may have, and a cluster of three: what holds with one of them holds with all.

import { createClient, createCluster } from "@redis/client";
import { Cluster, Redis } from "ioredis";
import { Cluster as ValkeyCluster, Redis as IoValkey } from "iovalkey";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { type RedisNode, startRedis, startRedisCluster } from "../../../../testing/redis-node.ts";
import { type Cache, createCache, type RedisClient } from "../../src/cache/index.ts";
import { causalityToken, runInScope } from "../../src/coherence/index.ts";
import { waitUntil } from "../wait.ts";

let single: RedisNode;
let cluster: RedisNode[];
const endings: (() => unknown)[] = [];

beforeAll(async () => {
  process.env["SPILLWAY_SECRET"] = "sixteen letters!";
  [single, cluster] = await Promise.all([startRedis(), startRedisCluster()]);
});

afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

afterAll(async () => {
  delete process.env["SPILLWAY_SECRET"];
  await Promise.all([single, ...cluster].map((node) => node.remove()));
});

function ofNodeRedis(
  client: ReturnType<typeof createClient> | ReturnType<typeof createCluster>,
): RedisClient {
  client.on("error", () => undefined);
  endings.push(() => client.isOpen && client.destroy());
  return client as unknown as RedisClient;
}

function ofIoRedis(client: Redis | Cluster | IoValkey | ValkeyCluster): RedisClient {
  endings.push(() => client.disconnect());
  return client;
}

const hosts = (): { host: string; port: number }[] =>
  cluster.map(({ port }) => ({ host: "127.0.0.1", port }));

const clients: [name: string, create: () => RedisClient | string][] = [
  ["a URL", () => `${single.url}/0?n=${endings.length}`],
  ["node-redis", () => ofNodeRedis(createClient({ url: single.url }))],
  ["node-redis with RESP2", () => ofNodeRedis(createClient({ url: single.url, RESP: 2 }))],
  ["ioredis", () => ofIoRedis(new Redis(single.url))],
  ["iovalkey", () => ofIoRedis(new IoValkey(single.url))],
  [
    "a cluster by node-redis",
    () => ofNodeRedis(createCluster({ rootNodes: cluster.map(({ url }) => ({ url })) })),
  ],
  ["a cluster by ioredis", () => ofIoRedis(new Cluster(hosts()))],
  ["a cluster by iovalkey", () => ofIoRedis(new ValkeyCluster(hosts()))],
];

function open(create: () => RedisClient | string): Cache {
  const cache = createCache({ redis: create() });
  endings.push(() => cache.close());
  return cache;
}

it.each(clients)("two processes with %s share values, loads and invalidations", async (_name, create) => {
  const [one, other] = [open(create), open(create)];
  const value = { bytes: Buffer.from([0, 255, 13, 10]), text: "zażółć {gęślą}", at: new Date(7) };
  let loads = 0;
  const read = (cache: Cache, key: string): Promise<typeof value> =>
    cache.getOrSet(key, async () => (loads++, { ...value }), { tags: [`of ${key}`, "all"] });
  // Keys of many slots; braces have a meaning in a cluster.
  const keys = ["a", "b", "c", "{", "}x{y}", "%7b", "zażółć", "a:b:c"];
  await one.clear();
  for (const key of keys) {
    expect(await read(one, key)).toEqual(value);
    expect(await read(other, key)).toEqual(value);
  }
  expect(loads).toBe(keys.length);
  const token = await runInScope(async () => {
    await one.invalidate({ tags: ["of {"] });
    return causalityToken();
  });
  await runInScope(() => read(other, "{"), { token });
  expect(loads).toBe(keys.length + 1);
  await other.set("a", { ...value, text: "set" });
  await waitUntil(async () => (await one.get<typeof value>("a"))?.text === "set", "the other to be given it");
  await other.clear();
  await waitUntil(() => one.peek("b") === undefined, "everything to be ended");
  expect(await one.get("c")).toBeUndefined();
});

it("finds the log again when the cluster's node of it is restarted empty", async () => {
  const cache = open(() => ofIoRedis(new Cluster(hosts())));
  let value = "old";
  const read = (): Promise<string> => cache.getOrSet("k", async () => value, { tags: ["t"] });
  expect(await read()).toBe("old");
  const slot = await cluster[0]!.cli("cluster", "keyslot", "spillway:{log}:meta");
  const node = await nodeOf(Number(slot));
  await node.kill();
  value = "new";
  await node.start();
  await waitUntil(
    async () => (await read()) === "new" && cache.peek("k") === "new",
    "the log to be found again",
  );
});

async function nodeOf(slot: number): Promise<RedisNode> {
  const lines = (await cluster[0]!.cli("cluster", "nodes")).split("\n");
  const owner = lines.find((line) =>
    line
      .split(" ")
      .slice(8)
      .some((range) => {
        const [from, to = from] = range.split("-").map(Number);
        return slot >= from! && slot <= to!;
      }),
  )!;
  const port = Number(/:(\d+)@/.exec(owner)![1]);
  return cluster.find((node) => node.port === port)!;
}

it.each([
  [{}, "SPILLWAY_CACHE_CLIENT"],
  [42, "SPILLWAY_CACHE_CLIENT"],
  ["http://127.0.0.1:6379", "SPILLWAY_CACHE_URL"],
  ["127.0.0.1:6379", "SPILLWAY_CACHE_URL"],
  ["not a URL with a secret", "SPILLWAY_CACHE_URL"],
])("refuses %o for a Redis, without repeating it", (redis, code) => {
  const create = (): Cache => createCache({ redis: redis as string });
  expect(create).toThrow(expect.objectContaining({ code }));
  expect(create).not.toThrow(/secret/);
});
