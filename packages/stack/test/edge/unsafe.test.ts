// A request that changes something ends what is stored of its address, and of those that its answer names on the same
// origin (RFC 9111, 4.4).

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EdgeServer, startEdge } from "./edge-server.ts";
import type { Reply } from "./origin.ts";

let edge: EdgeServer;

beforeAll(async () => {
  edge = await startEdge();
});
afterAll(async () => {
  await edge?.stop();
});

const kept = { "cache-control": "public, max-age=60" };
const host = "shop.example";
let named = 0;

/** A stored page, and whether it is still stored. */
async function stored(end = ""): Promise<{ path: string; isStored: () => Promise<boolean> }> {
  const path = `/page-${named++}${end}`;
  edge.origin.serve(path, { headers: kept });
  await edge.ask(path, { headers: { host } });
  return {
    path,
    isStored: async () =>
      (await edge.ask(path, { headers: { host } })).headers["cache-status"]!.includes("hit"),
  };
}

/** Changes something at `path`, answered with `reply`. */
async function change(path: string, reply: Reply = {}, method = "POST"): Promise<void> {
  edge.origin.serve(path, (request) => (request.method === "GET" ? { headers: kept } : reply));
  await edge.ask(path, { method, headers: { host } });
}

test.each(["POST", "PUT", "DELETE", "PATCH", "PROPPATCH"])("%s ends its own address", async (method) => {
  const page = await stored();
  await change(page.path, {}, method);
  expect(await page.isStored()).toBe(false);
});

test.each([200, 201, 204, 301, 303])("a %i ends its own address", async (status) => {
  const page = await stored();
  await change(page.path, { status });
  expect(await page.isStored()).toBe(false);
});

test.each([400, 403, 404, 405, 500, 503])("a %i ends nothing", async (status) => {
  const page = await stored();
  const other = await stored();
  await change(page.path, { status, headers: { location: other.path } });
  expect([await page.isStored(), await other.isStored()]).toEqual([true, true]);
});

test.each(["OPTIONS", "HEAD"])("%s ends nothing", async (method) => {
  const page = await stored();
  await change(page.path, {}, method);
  expect(await page.isStored()).toBe(true);
});

test("all variants of the address end, the data of its page as well", async () => {
  const path = edge.origin.serve("/variants", { headers: { ...kept, vary: "x-kind" } });
  const askings = [{}, { "x-kind": "a" }, { rsc: "1" }];
  for (const headers of askings) await edge.ask(path, { headers });
  for (const headers of askings)
    expect((await edge.ask(path, { headers })).headers["cache-status"]).toContain("hit");
  await edge.ask(path, { method: "POST" });
  for (const headers of askings)
    expect((await edge.ask(path, { headers })).headers["cache-status"]).not.toContain("hit");
});

describe.each(["location", "content-location"])("what %s names ends", (header) => {
  test.each([
    ["by its path", (path: string) => path],
    ["in full", (path: string) => `http://${host}${path}`],
    ["in full, by its public scheme", (path: string) => `https://${host}${path}`],
    ["in capitals", (path: string) => `HTTP://SHOP.example${path}`],
    ["with a fragment", (path: string) => `${path}#there`],
    ["with a query", (path: string) => path, "?a=1,2 3".replace(" ", "%20")],
  ])("%s", async (_how, write, end = "") => {
    const page = await stored(end);
    await change(`/change-${named++}`, { status: 201, headers: { [header]: write(page.path) } });
    expect(await page.isStored()).toBe(false);
  });

  test.each([
    ["on another host", (path: string) => `http://other.example${path}`],
    ["on a host that begins so", (path: string) => `http://${host}.evil.example${path}`],
    ["behind a user's name", (path: string) => `http://${host}@evil.example${path}`],
    ["at another port", (path: string) => `http://${host}:8080${path}`],
    ["without its scheme, on another host", (path: string) => `//other.example${path}`],
  ])("but not %s", async (_how, write) => {
    const page = await stored();
    await change(`/change-${named++}`, { status: 201, headers: { [header]: write(page.path) } });
    expect(await page.isStored()).toBe(true);
  });
});

test.each([",", "%20", "%09", ";", "%2c", '"', "'"])(
  "an address with %s in it does not end another's",
  async (separator) => {
    const page = await stored();
    const key = Buffer.from(host + page.path).toString("base64url");
    await change(`/x?a${separator}url:${key}${separator}:all`);
    await change(`/x-${named++}`, { headers: { location: `/x?a${separator}url:${key}${separator}:all` } });
    expect(await page.isStored()).toBe(true);
  },
);

test("the address of another host is not ended", async () => {
  const page = await stored();
  await edge.ask(page.path, { method: "POST", headers: { host: "other.example" } });
  expect(await page.isStored()).toBe(true);
});
