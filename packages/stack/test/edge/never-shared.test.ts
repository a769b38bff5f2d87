// What an edge gives to nobody but the one who asked (RFC 9111, 3 and 3.5).

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EdgeServer, startEdge } from "./edge-server.ts";

let edge: EdgeServer;

beforeAll(async () => {
  edge = await startEdge();
});
afterAll(async () => {
  await edge?.stop();
});

type Headers = Record<string, string>;

describe("never shared", () => {
  test.each<[string, Headers, Headers]>([
    ["private", { "cache-control": "private, max-age=60" }, {}],
    ["private in capitals", { "cache-control": "Private, max-age=60" }, {}],
    ["private with a list", { "cache-control": 'private="x-a", max-age=60' }, {}],
    ["private on a second line", { "cache-control": "max-age=60,private" }, {}],
    ["no-store", { "cache-control": "no-store" }, {}],
    ["no-store with a life", { "cache-control": "public, max-age=60, no-store" }, {}],
    ["no-cache", { "cache-control": "no-cache" }, {}],
    ["no-cache with a life", { "cache-control": "max-age=60, no-cache" }, {}],
    ["a response that sets a cookie", { "cache-control": "public, max-age=60", "set-cookie": "a=1" }, {}],
    ["a response that says nothing of its life", {}, {}],
    ["a date alone", { "last-modified": new Date(0).toUTCString() }, {}],
    ["an answer to Authorization", { "cache-control": "max-age=60" }, { authorization: "Basic eA==" }],
    [
      "an answer to a cookie that is not outright for all",
      { "cache-control": "max-age=60" },
      { cookie: "session=1" },
    ],
    [
      "an answer to a cookie that must be revalidated",
      { "cache-control": "max-age=60, must-revalidate" },
      { cookie: "a=1" },
    ],
    [
      "an answer to a cookie with a life for CDNs alone",
      { "cdn-cache-control": "max-age=60" },
      { cookie: "a=1" },
    ],
    ["a response that varies by everything", { "cache-control": "max-age=60", vary: "*" }, {}],
    ["a response that varies by everything and more", { "cache-control": "max-age=60", vary: "x-a, *" }, {}],
    [
      "what CDN-Cache-Control forbids",
      { "cache-control": "max-age=60", "cdn-cache-control": "no-store" },
      {},
    ],
    [
      "what is private to CDN-Cache-Control",
      { "cache-control": "public", "cdn-cache-control": "private, max-age=60" },
      {},
    ],
  ])("%s", async (name, headers, asking) => {
    const path = edge.origin.serve(`/never/${encodeURIComponent(name)}`, { headers });
    for (const expected of ["1", "2", "3"]) {
      const answer = await edge.ask(path, { headers: asking });
      expect(answer.body).toBe(expected);
      expect(answer.headers["cache-status"]).not.toContain("hit");
    }
  });

  test("private is heard on any of several lines", async () => {
    const headers = { "cache-control": ["max-age=60", "private"] };
    const path = edge.origin.serve("/lines", { headers });
    for (const expected of ["1", "2"]) expect((await edge.ask(path)).body).toBe(expected);
  });

  test("what one visitor was answered is not given to another who sends no cookie", async () => {
    edge.origin.serve("/cart", { headers: { "cache-control": "max-age=60" } });
    expect((await edge.ask("/cart", { headers: { cookie: "session=1" } })).body).toBe("1");
    expect((await edge.ask("/cart")).body).toBe("2");
  });

  test("what was answered without a cookie is not given to one who has one", async () => {
    edge.origin.serve("/greeting", { headers: { "cache-control": "max-age=60" } });
    expect((await edge.ask("/greeting")).body).toBe("1");
    expect((await edge.ask("/greeting", { headers: { cookie: "session=1" } })).body).toBe("2");
    expect((await edge.ask("/greeting", { headers: { authorization: "x" } })).body).toBe("3");
    expect((await edge.ask("/greeting")).body).toBe("1");
  });

  test("who has just written is not answered from what is stored", async () => {
    edge.origin.serve("/written", { headers: { "cache-control": "s-maxage=60" } });
    await edge.ask("/written");
    const answer = await edge.ask("/written", { headers: { cookie: "a=1; spillway=1.token" } });
    expect(answer.body).toBe("2");
    expect(answer.headers["cache-status"]).toBe("edge-1; fwd=request; fwd-status=200");
    expect((await edge.ask("/written")).body).toBe("1");
  });
});

describe("shared although somebody is known", () => {
  test.each<[string, Headers, Headers]>([
    ["public, with a cookie", { "cache-control": "public, max-age=60" }, { cookie: "a=1" }],
    ["s-maxage, with a cookie", { "cache-control": "s-maxage=60" }, { cookie: "a=1" }],
    [
      "public CDN-Cache-Control, with a cookie",
      { "cdn-cache-control": "public, max-age=60" },
      { cookie: "a=1" },
    ],
    ["public, with credentials", { "cache-control": "public, max-age=60" }, { authorization: "x" }],
    ["s-maxage, with credentials", { "cache-control": "s-maxage=60" }, { authorization: "x" }],
    [
      "must-revalidate, with credentials",
      { "cache-control": "max-age=60, must-revalidate" },
      { authorization: "x" },
    ],
  ])("%s", async (name, headers, asking) => {
    const path = edge.origin.serve(`/known/${encodeURIComponent(name)}`, { headers });
    for (const asked of [asking, asking, {}])
      expect((await edge.ask(path, { headers: asked })).body).toBe("1");
  });
});

test("a 304 that is for one visitor takes back that a response was for all", async () => {
  edge.origin.serve("/taken-back", ({ headers }, count) =>
    headers["if-none-match"] === undefined
      ? { headers: { "cache-control": count === 1 ? "public, max-age=1" : "max-age=60", etag: '"1"' } }
      : { status: 304, headers: { "cache-control": "max-age=60", etag: '"1"' } },
  );
  const asking = { headers: { cookie: "session=1" } };
  await edge.ask("/taken-back", asking);
  await expect
    .poll(() => edge.ask("/taken-back", asking).then(() => edge.origin.of("/taken-back").length), {
      timeout: 5_000,
    })
    .toBeGreaterThan(1);
  const count = edge.origin.of("/taken-back").length;
  await edge.ask("/taken-back", { headers: { cookie: "session=2" } });
  expect(edge.origin.of("/taken-back").length).toBe(count + 1);
});
