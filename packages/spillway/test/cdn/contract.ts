// What every driver of a CDN has to do, run for each of them against its server.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { edgeTag } from "../../src/cdn/tag.ts";
import { failureContract } from "./contract-failures.ts";
import { type Bench, type CdnUnderTest, numbered, quick, threeBatches } from "./under-test.ts";

/** `open` starts the server. Resolves to what each test has. */
export function cdnContract(open: () => Promise<CdnUnderTest>): Bench {
  const bench = {} as Bench;
  // A driver that waits for ever is told soon.
  vi.setConfig({ testTimeout: 20_000 });

  beforeEach(async () => {
    bench.cdn = await open();
    bench.server = bench.cdn.server;
    bench.driver = bench.cdn.driver(quick);
  });

  afterEach(async () => {
    expect(bench.server.undocumented).toEqual([]);
    await bench.driver.close?.();
    await bench.cdn.close();
  });

  test("every tag is accepted, once, in requests of the size that is documented", async () => {
    const tags = threeBatches(bench.driver);
    await bench.driver.purgeTags([...tags, ...tags]);
    expect(bench.server.accepted).toEqual(tags);
    expect(bench.server.requests.map((request) => request.tags.length)).toEqual([
      bench.driver.limits.tagsPerRequest,
      bench.driver.limits.tagsPerRequest,
      1,
    ]);
  });

  test("no tags are no request", async () => {
    await bench.driver.purgeTags([]);
    expect(bench.server.requests).toEqual([]);
  });

  test("tags of any characters go in their form at the edge, which is not changed a second time", async () => {
    const tags = ["product:42", "Product:42", "a b,c", "Straße", "\0\0key", "x".repeat(600)];
    await bench.driver.purgeTags(tags);
    expect(bench.server.accepted).toEqual(tags.map(edgeTag));
    await bench.driver.purgeTags(bench.server.accepted.slice());
    expect(bench.server.accepted.slice(tags.length)).toEqual(tags.map(edgeTag));
  });

  test("everything is purged by one request", async () => {
    await bench.driver.purgeAll();
    expect(bench.server.purgedAll).toBe(1);
    expect(bench.server.requests).toHaveLength(1);
  });

  test("a check passes with the right credentials, and purges nothing", async () => {
    await bench.driver.check?.();
    expect(bench.server.purgedAll).toBe(0);
    expect(bench.server.accepted.every((tag) => tag === "spillway-check")).toBe(true);
  });

  test("calls that overlap share the rate, and all their tags are accepted", async () => {
    const slow = bench.cdn.driver({ ...quick, rate: { requestsPerSecond: 20, burst: 2 } });
    const tags = numbered(8);
    await Promise.all(tags.map((tag) => slow.purgeTags([tag])));
    expect(bench.server.accepted.toSorted()).toEqual(tags.toSorted());
    // Eight, two of them at once: six intervals of 50 ms, less what the first request took to arrive.
    const times = bench.server.requests.map(({ at }) => at);
    expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(200);
    await slow.close?.();
  });

  failureContract(bench);
  return bench;
}
