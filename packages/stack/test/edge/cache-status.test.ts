// How an edge says of each answer where it came from (RFC 9211).

import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type EdgeServer, startEdge } from "./edge-server.ts";

let edge: EdgeServer;

beforeAll(async () => {
  edge = await startEdge();
});
afterAll(async () => {
  await edge?.stop();
});

async function statusOf(path: string, asking: Parameters<EdgeServer["ask"]>[1] = {}): Promise<string> {
  return String((await edge.ask(path, asking)).headers["cache-status"]);
}

test("a miss that is stored, and a hit with what is left of its life", async () => {
  edge.origin.serve("/page", { headers: { "cache-control": "max-age=60" } });
  expect(await statusOf("/page")).toBe("edge-1; fwd=uri-miss; fwd-status=200; stored");
  expect(await statusOf("/page")).toMatch(/^edge-1; hit; ttl=(60|59|58)$/);
});

test("a miss that is not stored, and says so each time", async () => {
  edge.origin.serve("/own", { status: 404, headers: { "cache-control": "private" } });
  for (let index = 0; index < 3; index++)
    expect(await statusOf("/own")).toBe("edge-1; fwd=uri-miss; fwd-status=404");
});

test("a request that changes something", async () => {
  edge.origin.serve("/form", { status: 201 });
  expect(await statusOf("/form", { method: "POST" })).toBe("edge-1; fwd=method; fwd-status=201");
});

test("a request that may not be answered from what is stored", async () => {
  expect(await statusOf("/draft", { headers: { cookie: "__prerender_bypass=1" } })).toBe(
    "edge-1; fwd=request; fwd-status=200",
  );
});

test("a hit past its life has a negative one", async () => {
  edge.origin.serve("/stale", { headers: { "cache-control": "s-maxage=1, stale-while-revalidate=60" } });
  await statusOf("/stale");
  await sleep(2_100);
  expect(await statusOf("/stale")).toMatch(/^edge-1; hit; ttl=-[1-9]$/);
});

test("a stale response that the app was asked about", async () => {
  edge.origin.serve("/asked", { headers: { "cache-control": "max-age=1, stale-if-error=60" } });
  await statusOf("/asked");
  await sleep(1_400);
  expect(await statusOf("/asked")).toBe("edge-1; fwd=stale; fwd-status=200; stored");
});

test("the caches behind come first", async () => {
  edge.origin.serve("/behind", { headers: { "cache-control": "no-store", "cache-status": "app; hit" } });
  expect(await statusOf("/behind")).toBe("app; hit, edge-1; fwd=uri-miss; fwd-status=200");
});
