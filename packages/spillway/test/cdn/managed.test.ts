// A managed CDN behind the purger: a real Redis with the invalidation log, and a server that takes Fastly's requests.

import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type RedisNode, startRedis } from "../../../../testing/redis-node.ts";
import { createCache } from "../../src/cache/index.ts";
import { type Purger, type PurgerSettings, startPurger } from "../../src/cdn/index.ts";
import { logKeys } from "../../src/coherence/shared-log/keys.ts";
import { edgeTag } from "../../src/cdn/tag.ts";
import { registry } from "../../src/metrics/registry.ts";
import { waitUntil } from "../wait.ts";
import { startFake } from "./fake-cdn.ts";
import { fastlyServer } from "./fastly-server.ts";
import { type CdnUnderTest, quick } from "./under-test.ts";

let redis: RedisNode;
let cdn: CdnUnderTest;
let cache: ReturnType<typeof createCache>;
let purger: Purger | undefined;
/** A log of its own for each test. */
let keyPrefix = "";

beforeAll(async () => {
  process.env["SPILLWAY_SECRET"] = "a secret of sixteen or more characters";
  redis = await startRedis();
});

beforeEach(async () => {
  keyPrefix = `test-${Math.random().toString(36).slice(2)}`;
  cdn = await startFake(fastlyServer);
  cache = createCache({ redis: redis.url, keyPrefix });
});

afterEach(async () => {
  await purger?.close();
  await cache.close();
  await cdn.close();
});

afterAll(async () => {
  await redis.remove();
  delete process.env["SPILLWAY_SECRET"];
});

function purge(settings: Partial<PurgerSettings> = {}): void {
  const cdns = { fastly: cdn.driver(quick) };
  purger = startPurger({ redis: redis.url, keyPrefix, repeatAfter: 0, cdns, ...settings });
}

async function end(...tags: string[]): Promise<void> {
  await cache.invalidate({ tags });
}

const { accepted, purgedAll } = {
  accepted: () => cdn.server.accepted,
  purgedAll: () => cdn.server.purgedAll,
};

async function lastTold(): Promise<string> {
  const text = await registry().metrics();
  return text.match(/^edge_up\{edge="fastly"\} .*$/m)?.[0] ?? "";
}

test("a CDN that was never told is emptied once, then hears of what ends, in order", async () => {
  purge();
  await waitUntil(() => purgedAll() === 1, "everything to be purged");
  await end("product:1");
  await end("Product:2", "list");
  await waitUntil(() => accepted().length === 3, "three tags");
  expect(accepted()).toEqual(["product:1", edgeTag("Product:2"), "list"]);
  expect(purgedAll()).toBe(1);
  expect(await lastTold()).toContain(" 1");
});

test("what ended while no purger ran is told by the next one, and no more than that", async () => {
  purge();
  await waitUntil(() => purgedAll() === 1, "everything to be purged");
  await end("a");
  await waitUntil(() => accepted().length === 1, "the first tag");
  await purger?.close();
  await end("b");
  await end("c");
  purge();
  await waitUntil(() => accepted().length >= 3, "what was missed");
  await end("d");
  await waitUntil(() => accepted().length >= 4, "what came after");
  expect(accepted()).toEqual(["a", "b", "c", "d"]);
  expect(purgedAll()).toBe(1);
});

test("a log that began anew empties the CDN: what was missed is not known", async () => {
  purge();
  await waitUntil(() => purgedAll() === 1, "everything to be purged");
  await end("a");
  await waitUntil(() => accepted().length === 1, "the first tag");
  await purger?.close();
  const { meta, lines } = logKeys(keyPrefix);
  await redis.cli("DEL", meta, lines);
  purge();
  await waitUntil(() => purgedAll() === 2, "everything to be purged again");
  expect(accepted()).toEqual(["a"]);
});

test("what a failing CDN did not take is told until it does, and nothing comes before it", async () => {
  purge({ cdns: { fastly: cdn.driver({ ...quick, patience: 0.2 }) } });
  await waitUntil(() => purgedAll() === 1, "everything to be purged");
  cdn.server.fail(...Array.from({ length: 4 }, () => ({ status: 503 })));
  await end("a");
  await end("b");
  await waitUntil(async () => (await lastTold()).endsWith(" 0"), "the metric to say that it fails");
  await waitUntil(() => accepted().includes("b"), "both tags");
  expect(accepted()[0]).toBe("a");
  expect(purgedAll()).toBe(1);
});

test("a tag that the CDN refuses for good costs everything that it holds", async () => {
  purge();
  await waitUntil(() => purgedAll() === 1, "everything to be purged");
  cdn.server.fail({ status: 400 });
  await end("a");
  await waitUntil(() => purgedAll() === 2, "everything to be purged in its place");
  await end("b");
  await waitUntil(() => accepted().length === 1, "the next tag");
  expect(accepted()).toEqual(["b"]);
});

test("everything is told once more, a while later", async () => {
  purge({ repeatAfter: 1 });
  await waitUntil(() => purgedAll() === 2, "everything to be purged twice");
  const began = performance.now();
  await end("a");
  await waitUntil(() => accepted().length === 1, "the tag");
  expect(performance.now() - began).toBeLessThan(900);
  await waitUntil(() => accepted().length === 2, "the tag again");
  expect(performance.now() - began).toBeGreaterThan(1_000);
  await sleep(1_200);
  expect(accepted()).toEqual(["a", "a"]);
  expect(purgedAll()).toBe(2);
});

test("the repetition outlives the purger", async () => {
  purge({ repeatAfter: 1 });
  await waitUntil(() => purgedAll() === 2, "everything to be purged twice");
  await end("a");
  await waitUntil(() => accepted().length === 1, "the tag");
  await purger?.close();
  purge({ repeatAfter: 1 });
  await waitUntil(() => accepted().length === 2, "the tag again");
  expect(purgedAll()).toBe(2);
});

test("closing does not wait for a CDN that hangs", async () => {
  purge({ cdns: { fastly: cdn.driver({ ...quick, timeout: 60 }) } });
  await waitUntil(() => purgedAll() === 1, "everything to be purged");
  cdn.server.fail("hang");
  await end("a");
  await waitUntil(() => cdn.server.requests.length === 2, "the request that hangs");
  const began = performance.now();
  await purger?.close();
  expect(performance.now() - began).toBeLessThan(2_000);
});

test.each([
  [{ repeatAfter: -1 }, /repeatAfter.*-1/],
  [{ cdns: { "My CDN": {} } }, /My CDN/],
  [{ cdns: { "fastly-repeat": {} } }, /fastly-repeat/],
])("%o is refused", (settings, message) => {
  const all = { redis: redis.url, ...settings } as unknown as PurgerSettings;
  expect(() => startPurger(all)).toThrow(
    expect.objectContaining({ code: "SPILLWAY_CDN_SETTING", message: expect.stringMatching(message) }),
  );
});
