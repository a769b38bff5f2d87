// Values that were made before any process of now was there, as those of a build: kept only if nothing has ended since.

import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { type RedisNode, startRedis } from "../../../../testing/redis-node.ts";
import type { ValueStore } from "../../src/cache/value-store.ts";
import { noteBuild } from "../../src/coherence/shared-log/built.ts";
import type { LogMark } from "../../src/coherence/token.ts";
import { waitUntil } from "../wait.ts";
import { found, made, Stores } from "./stores.ts";

let redis: RedisNode;
let stores: Stores;

beforeAll(async () => {
  redis = await startRedis();
});

beforeEach(async () => {
  await redis.cli("flushall");
  stores = new Stores(redis);
});

afterEach(() => stores.close());

afterAll(() => redis.remove());

const deployment = "first";

async function built(store: ValueStore): Promise<LogMark> {
  await noteBuild({ redis: redis.url, deployment });
  return (await store.builtAt(deployment))!;
}

function adopt(store: ValueStore, mark: LogMark): Promise<boolean> {
  return store.adopt("k", "built", { tags: ["t"], mark, ttlMs: 60_000 });
}

it("notes where the log is in a Redis that nobody has used yet", async () => {
  await noteBuild({ redis: redis.url, deployment });
  const [store] = await stores.follow(1);
  const mark = await store!.builtAt(deployment);
  expect(mark?.seq).toBe(0);
  expect(await adopt(store!, mark!)).toBe(true);
  expect(await found(store!, "k")).toBe("built");
});

it("does not know when a build began that nobody has noted", async () => {
  const [store] = await stores.follow(1);
  await built(store!);
  expect(await store!.builtAt("another")).toBeUndefined();
});

it("every process finds what one has adopted, and none after its end", async () => {
  const [one, other] = await stores.follow(2);
  expect(await adopt(one!, await built(one!))).toBe(true);
  expect(await found(other!, "k")).toBe("built");
  await other!.invalidate(["t"]);
  expect(await found(one!, "k")).toBeUndefined();
  expect(await found(other!, "k")).toBeUndefined();
});

it("adopts what other tags have ended since, and nothing of its own", async () => {
  const [one, other] = await stores.follow(2);
  const mark = await built(one!);
  await other!.invalidate(["another"]);
  expect(await adopt(one!, mark)).toBe(true);
  await other!.invalidate(["t"]);
  expect(await adopt(one!, mark)).toBe(false);
  expect(await adopt(other!, mark)).toBe(false);
});

it("a process that was started later judges by what Redis remembers", async () => {
  const [writer] = await stores.follow(1);
  const mark = await built(writer!);
  await writer!.invalidate(["another"]);
  const [untouched] = await stores.follow(1);
  expect(await adopt(untouched!, mark)).toBe(true);
  expect(await found(untouched!, "k")).toBe("built");
  await writer!.invalidate(["t"]);
  const [late] = await stores.follow(1);
  expect(await adopt(late!, mark)).toBe(false);
  expect(await found(late!, "k")).toBeUndefined();
});

it("adopts nothing that is younger than its build", async () => {
  const [one] = await stores.follow(1);
  const mark = await built(one!);
  await made(one!, "k", { value: "made", tags: ["t"] });
  await one!.invalidate(["t"]);
  await made(one!, "k", { value: "made later", tags: ["t"] });
  expect(await adopt(one!, mark)).toBe(false);
  expect(await found(one!, "k")).toBe("made later");
});

it.each([
  ["is flushed", () => redis.cli("flushall").then(() => undefined)],
  ["is restarted", () => redis.kill().then(() => redis.start())],
])("adopts nothing from before once Redis %s", async (_what, lose) => {
  const [before] = await stores.follow(1);
  const mark = await built(before!);
  await made(before!, "witness", { value: 1 });
  await lose();
  const [after] = await stores.follow(1);
  expect(await adopt(after!, mark)).toBe(false);
  await waitUntil(async () => (await found(before!, "witness")) === undefined, "the loss to be noticed");
  await waitUntil(() => made(before!, "another", { value: 1 }), "the log to be followed again");
  expect(await adopt(before!, mark)).toBe(false);
  expect(await found(before!, "k")).toBeUndefined();
  // Nor is it known any more when the build began.
  expect(await after!.builtAt(deployment)).toBeUndefined();
});
