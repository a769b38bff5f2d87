// How long an edge keeps a response, by what it says itself (RFC 9111, 4.2; RFC 9213).

import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EdgeServer, startEdge } from "./edge-server.ts";

let edge: EdgeServer;

beforeAll(async () => {
  edge = await startEdge();
});
afterAll(async () => {
  await edge?.stop();
});

type Headers = Record<string, string | string[]>;

const fromNow = (seconds: number): string => new Date(Date.now() + seconds * 1_000).toUTCString();

/** Whether a second request is answered with what was stored for the first. */
async function isKept(name: string, headers: Headers, status = 200): Promise<boolean> {
  const path = edge.origin.serve(`/${encodeURIComponent(name)}/${status}`, { status, headers });
  expect((await edge.ask(path)).status).toBe(status);
  return (await edge.ask(path)).headers["cache-status"]!.includes("hit");
}

describe("kept", () => {
  test.each<[string, Headers]>([
    ["max-age", { "cache-control": "max-age=60" }],
    ["max-age in capitals", { "cache-control": "MAX-AGE=60" }],
    ["max-age on a second line", { "cache-control": ["public", "max-age=60"] }],
    ["s-maxage over max-age", { "cache-control": "max-age=0, s-maxage=60" }],
    ["immutable files", { "cache-control": "public, max-age=31536000, immutable" }],
    ["Expires", { expires: fromNow(60), date: fromNow(0) }],
    ["max-age over Expires", { "cache-control": "max-age=60", expires: fromNow(-60) }],
    ["what is younger than its life", { "cache-control": "max-age=60", age: "30" }],
    ["Expires, younger than its life", { expires: fromNow(60), date: fromNow(0), age: "30" }],
    ["directives that nobody knows", { "cache-control": "x-a, max-age=60, x-b=private" }],
    ["CDN-Cache-Control", { "cdn-cache-control": "max-age=60" }],
    ["CDN-Cache-Control over max-age", { "cache-control": "max-age=0", "cdn-cache-control": "max-age=60" }],
    ["CDN-Cache-Control over no-store", { "cache-control": "no-store", "cdn-cache-control": "max-age=60" }],
    ["CDN-Cache-Control over private", { "cache-control": "private", "cdn-cache-control": "max-age=60" }],
    ["CDN-Cache-Control over Expires", { expires: fromNow(-60), "cdn-cache-control": "max-age=60" }],
    ["CDN-Cache-Control with parameters", { "cdn-cache-control": "max-age=60;a=1, b" }],
    ["CDN-Cache-Control on two lines", { "cdn-cache-control": ["public", "max-age=60"] }],
    [
      "Cache-Control, when CDN-Cache-Control is malformed",
      { "cache-control": "max-age=60", "cdn-cache-control": "no-store, &" },
    ],
    [
      "Cache-Control, when CDN-Cache-Control is a text",
      { "cache-control": "max-age=60", "cdn-cache-control": 'max-age="0"' },
    ],
    [
      "must-understand with no-store, of a status that is understood",
      { "cache-control": "must-understand, no-store, max-age=60" },
    ],
  ])("%s", async (name, headers) => {
    expect(await isKept(name, headers)).toBe(true);
  });

  test.each([200, 203, 204, 299, 301, 302, 307, 308, 400, 403, 404, 405, 410, 414, 418, 451, 500, 501, 503])(
    "a %i that says for how long",
    async (status) => {
      expect(await isKept("says", { "cache-control": "max-age=60" }, status)).toBe(true);
    },
  );
});

describe("not kept", () => {
  test.each<[string, Headers]>([
    ["max-age=0", { "cache-control": "max-age=0" }],
    ["s-maxage=0 over max-age", { "cache-control": "max-age=60, s-maxage=0" }],
    ["max-age that is no number", { "cache-control": "max-age=a" }],
    ["max-age below zero", { "cache-control": "max-age=-60" }],
    ["a directive that only ends so", { "cache-control": "x-max-age=60" }],
    ["Expires in the past", { expires: fromNow(-60) }],
    ["Expires that is no date", { expires: "0" }],
    ["Expires, with max-age=0", { "cache-control": "max-age=0", expires: fromNow(60) }],
    ["what is older than its life", { "cache-control": "max-age=60", age: "61" }],
    ["Expires, older than its life", { expires: fromNow(60), date: fromNow(0), age: "61" }],
    ["CDN-Cache-Control without a life", { "cache-control": "max-age=60", "cdn-cache-control": "public" }],
    ["CDN-Cache-Control max-age=0", { "cache-control": "max-age=60", "cdn-cache-control": "max-age=0" }],
    ["CDN-Cache-Control, older than its life", { "cdn-cache-control": "max-age=60", age: "61" }],
    ["Expires beside CDN-Cache-Control", { expires: fromNow(60), "cdn-cache-control": "public" }],
    ["must-understand with no-store, of a status that is not", { "cache-control": "no-store" }],
  ])("%s", async (name, headers) => {
    expect(await isKept(name, headers)).toBe(false);
  });

  test.each([200, 204, 301, 302, 404, 410, 500, 503])("a %i that does not", async (status) => {
    expect(await isKept("silent", {}, status)).toBe(false);
  });

  test("a status that must be understood and is not", async () => {
    expect(
      await isKept("understand", { "cache-control": "must-understand, no-store, max-age=60" }, 299),
    ).toBe(false);
  });
});

test("what is kept says how old it is, counted from the app", async () => {
  const path = edge.origin.serve("/aged", { headers: { "cache-control": "max-age=60", age: "30" } });
  await edge.ask(path);
  await sleep(1_100);
  expect(Number((await edge.ask(path)).headers["age"])).toBeGreaterThanOrEqual(31);
});

test("it is asked for anew when its life is over", async () => {
  const path = edge.origin.serve("/short", { headers: { "cache-control": "s-maxage=1" } });
  expect((await edge.ask(path)).body).toBe("1");
  expect((await edge.ask(path)).body).toBe("1");
  await expect.poll(async () => (await edge.ask(path)).body, { timeout: 3_000 }).toBe("2");
});

describe("CDN-Cache-Control", () => {
  test("does not leave the edge when it permits", async () => {
    const headers = { "cache-control": "no-store", "cdn-cache-control": "max-age=60" };
    const path = edge.origin.serve("/permits", { headers });
    for (let index = 0; index < 2; index++) {
      const answer = await edge.ask(path);
      expect(answer.headers["cdn-cache-control"]).toBeUndefined();
      expect(answer.headers["cache-control"]).toBe("no-store");
    }
  });

  test("is passed on when it forbids: a cache in front must hear of it", async () => {
    const headers = { "cache-control": "max-age=60", "cdn-cache-control": "no-store" };
    const path = edge.origin.serve("/forbids", { headers });
    expect((await edge.ask(path)).headers["cdn-cache-control"]).toBe("no-store");
  });
});
