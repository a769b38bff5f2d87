// Attempts to have a visitor's own page stored, to read it afterwards. What decides is the response alone, and
// never how an address ends.

import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BalancerEngine, balancerEngines } from "../../src/config/types.ts";
import { head, sendBytes } from "../edge/ask.ts";
import { type EdgeServer, startEdge } from "../edge/edge-server.ts";

/** As it is sent: clients in between would tidy it. */
const get = (path: string, ...lines: string[]): string =>
  head(`GET ${path} HTTP/1.1`, "Host: shop.example", "Connection: close", ...lines);

/** What an app says of a page of one visitor, and what it says if it was forgotten. */
const personal: [what: string, headers: Record<string, string>][] = [
  ["says nothing", {}],
  ["is private", { "cache-control": "private, max-age=60" }],
  ["is not to be stored", { "cache-control": "no-store" }],
  ["is for a while, and forgot for whom", { "cache-control": "max-age=60" }],
  ["sets a cookie", { "cache-control": "public, max-age=60", "set-cookie": "session=victim" }],
];

const disguises = [
  ...["/account/x.css", "/account%2fx.css", "/account%2Fx.css", "/account;x.css", "/account;/x.css"],
  ...["/account?x.css", "/account%3fx.css", "/account%23x.css", "/account%0ax.css", "/account%0d%0ax.css"],
  ...[
    "//account",
    "//account/x.css",
    "/account//x.css",
    "/account/x.css?",
    "/account.css",
    "/account%20.css",
  ],
  ...[
    "/account~x.css",
    "/account!x.css",
    "/account$x.css",
    "/account@x.css",
    "/account,x.css",
    "/account%25x.css",
  ],
  ...["/_next/static/..%252faccount", "/static/%252e%252e/account", "/account%252fx.css", "/account%5Cx.css"],
];

/** To be read in one way here and in another behind. */
const refused = [
  ...[
    "/account/../x.css",
    "/account/%2e%2e/x.css",
    "/account/%2E%2E/x.css",
    "/account/.%2e/x.css",
    "/static/../account",
  ],
  ...["/static/..%2faccount", "/static/%2e%2e%2faccount", "/static%2f..%2faccount", "/static%5c..%5caccount"],
  ...["/account/./x.css", "/account/%2e/x.css", "/account/..;/x.css", "/..", "/.", "/account/.."],
  ...[
    "/account\\x.css",
    "/static\\..\\account",
    "/account%00.css",
    "/account#x.css",
    "/account\0.css",
    "/account\t.css",
  ],
  ...["/account\x7f.css", "account", "@evil.example/account", "\\account"],
];

describe.each(balancerEngines)("through %s", (engine: BalancerEngine) => {
  let edge: EdgeServer;

  beforeAll(async () => {
    edge = await startEdge(engine);
  });
  afterAll(async () => {
    await edge?.stop();
  });

  test.each(disguises)("%s is as private as the page that answers there", async (disguise) => {
    for (const [what, headers] of personal) {
      edge.origin.otherwise = (request) => ({ headers, body: `of ${request.headers.cookie ?? "nobody"}` });
      const path = `/${randomUUID()}${disguise}`;
      await sendBytes(edge.ports.web, get(path, "Cookie: session=victim"));
      const attacker = await sendBytes(edge.ports.web, get(path));
      expect(attacker.text, what).not.toContain("victim=");
      expect(attacker.text, what).not.toContain("of session=victim");
      expect(attacker.text, what).not.toMatch(/Cache-Status: [^\r]*hit/);
    }
  });

  test.each(refused)("%j is refused, and the app not asked", async (path) => {
    const before = edge.origin.seen.length;
    const answer = await sendBytes(edge.ports.web, get(path, "Cookie: session=victim"));
    expect(answer.statuses).toEqual([400]);
    expect(edge.origin.seen.length).toBe(before);
  });

  test.each([
    ["a cookie", { cookie: "session=victim" }],
    ["credentials", { authorization: "Bearer victim" }],
    ["the cookie of who has just written", { cookie: "a=1; spillway=1.x" }],
    ["a draft", { cookie: "__prerender_bypass=victim" }],
    ["a preview", { cookie: "a=1; __next_preview_data=victim" }],
    ["a causality token", { "x-spillway-token": "victim" }],
  ])("what was answered to %s is for nobody else", async (_name, headers) => {
    const path = `/${randomUUID()}`;
    edge.origin.otherwise = (request) => ({
      headers: { "cache-control": "max-age=60" },
      body: JSON.stringify(request.headers),
    });
    expect((await edge.ask(path, { headers })).body).toContain(Object.values(headers)[0]);
    const next = await edge.ask(path);
    expect(next.headers["cache-status"]).not.toContain("hit");
    expect(next.body).not.toMatch(/victim|spillway=/);
  });

  test.each(["__prerender_bypass", "__next_preview_data"])(
    "a draft shown to the bearer of %s is not stored although it is said to be for all",
    async (name) => {
      const path = `/${randomUUID()}`;
      edge.origin.otherwise = (request) => ({
        headers: { "cache-control": "s-maxage=60" },
        body: request.headers.cookie === undefined ? "published" : "draft",
      });
      expect((await edge.ask(path)).body).toBe("published");
      expect((await edge.ask(path, { headers: { cookie: `${name}=1` } })).body).toBe("draft");
      expect((await edge.ask(path, { headers: { cookie: `x${name}=1` } })).body).toBe("published");
      expect((await edge.ask(path)).body).toBe("published");
    },
  );
});
