// Attempts to have stored for all what was made for one who asked in a special way. The app behind believes every
// header, repeats what it was asked, and lets everything be kept.

import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BalancerEngine, balancerEngines } from "../../src/config/types.ts";
import { head, sendBytes } from "../edge/ask.ts";
import { type EdgeServer, startEdge } from "../edge/edge-server.ts";
import type { Reply } from "../edge/origin.ts";
import { unkeyedHeaders } from "./unkeyed-headers.ts";

const forAll = { "cache-control": "public, max-age=60" };

/** Repeats what it was asked; and answers like a server to those of its headers that ask for less than the page. */
function gullible(request: IncomingMessage): Reply {
  const { method, url, headers } = request;
  if (headers["range"] !== undefined)
    return { status: 206, headers: { ...forAll, "content-range": "bytes 0-0/9" }, body: "p" };
  if (headers["if-none-match"] !== undefined) return { status: 304, headers: forAll };
  return { headers: forAll, body: JSON.stringify({ method, url, headers }) };
}

describe.each(balancerEngines)("through %s", (engine: BalancerEngine) => {
  let edge: EdgeServer;

  beforeAll(async () => {
    edge = await startEdge(engine);
    edge.origin.otherwise = gullible;
  });
  afterAll(async () => {
    await edge?.stop();
  });

  test.each(unkeyedHeaders)("the app does not see a client's %s", async (name) => {
    const path = `/${randomUUID()}`;
    const mark = "poison.example";
    await edge.ask(path, { headers: { [name]: mark } });
    const [seen] = edge.origin.of(path);
    expect(JSON.stringify(seen!.headers)).not.toContain(mark);
    const next = await edge.ask(path);
    expect(next.headers["cache-status"]).toContain("hit");
    expect(next.body).not.toContain(mark);
  });

  test("a method that is overridden in a header stays what it is", async () => {
    const path = `/${randomUUID()}`;
    await edge.ask(path, { method: "POST", headers: { "x-http-method-override": "DELETE" } });
    expect(edge.origin.of(path)[0]).toMatchObject({ method: "POST" });
    expect(edge.origin.of(path)[0]!.headers["x-http-method-override"]).toBeUndefined();
  });

  test.each([
    ["a range", { range: "bytes=0-0" }],
    ["a condition", { "if-none-match": '"x"' }],
    ["a condition that always holds", { "if-none-match": "*" }],
    ["a condition by date", { "if-modified-since": new Date().toUTCString() }],
  ])("%s asked for first does not become the page", async (_name, headers) => {
    const path = `/${randomUUID()}`;
    await edge.ask(path, { headers });
    const next = await edge.ask(path);
    expect(next.status).toBe(200);
    expect(JSON.parse(next.body)).toMatchObject({ method: "GET", url: path });
    expect(next.headers["content-range"]).toBeUndefined();
  });

  test("a body of a GET changes nothing of what is stored", async () => {
    const path = `/${randomUUID()}`;
    const body = "page=admin";
    const type = "application/x-www-form-urlencoded";
    const headers = { "content-type": type, "content-length": String(body.length) };
    const fat = await edge.ask(path, { headers, body });
    expect(fat.status).toBe(200);
    expect(edge.origin.of(path).map((one) => one.body)).toEqual([""]);
  });

  test("a HEAD asked for first does not become an empty page", async () => {
    const path = `/${randomUUID()}`;
    expect((await edge.ask(path, { method: "HEAD" })).body).toBe("");
    expect(JSON.parse((await edge.ask(path)).body)).toMatchObject({ method: "GET", url: path });
    expect(edge.origin.of(path)).toHaveLength(1);
  });

  test.each(["PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND", "get", "Head"])(
    "an answer to %s is not stored",
    async (method) => {
      const path = `/${randomUUID()}`;
      const request = head(`${method} ${path} HTTP/1.1`, "Host: shop.example", "Content-Length: 0");
      await sendBytes(edge.ports.web, request);
      const page = await edge.ask(path, { headers: { host: "shop.example" } });
      expect(JSON.parse(page.body)).toMatchObject({ method: "GET" });
    },
  );

  test.each([
    [
      "a header that fills the app's room",
      { "x-a": "a".repeat(7_000), "x-b": "b".repeat(7_000), "x-c": "c".repeat(7_000) },
    ],
    ["a header beyond the edge's room", { "x-a": "a".repeat(20_000) }],
    ["very many headers", Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`x-${index}`, "x"]))],
  ])("%s is refused for that one alone", async (_name, headers) => {
    const path = `/${randomUUID()}`;
    const refused = await edge.ask(path, { headers }).catch(() => ({ status: 400, headers: {} }));
    expect(String(refused.status)).toMatch(/^4/);
    const page = await edge.ask(path);
    expect(page.status).toBe(200);
    expect((await edge.ask(path)).headers["cache-status"]).toContain("hit");
  });

  test("a control character in a header is refused for that one alone", async () => {
    const path = `/${randomUUID()}`;
    const bytes = head(`GET ${path} HTTP/1.1`, "Host: shop.example", "X-Meta: a\x01b", "Connection: close");
    await sendBytes(edge.ports.web, bytes);
    expect((await edge.ask(path, { headers: { host: "shop.example" } })).status).toBe(200);
  });

  test("all ways to write a host are one page, and the app is told of one", async () => {
    const path = `/${randomUUID()}`;
    for (const host of ["shop.example", "SHOP.Example", "shop.example:80", "shop.example."])
      expect((await edge.ask(path, { headers: { host } })).status).toBe(200);
    expect(edge.origin.of(path).map((one) => one.headers.host)).toEqual(["shop.example"]);
  });

  test("another host, another port or an address in full is another page", async () => {
    const path = `/${randomUUID()}`;
    await edge.ask(path, { headers: { host: "evil.example" } });
    await edge.ask(path, { headers: { host: "shop.example:1337" } });
    const full = head(`GET http://evil2.example${path} HTTP/1.1`, "Host: shop.example");
    await sendBytes(edge.ports.web, full);
    const page = await edge.ask(path, { headers: { host: "shop.example" } });
    expect(page.headers["cache-status"]).toContain("fwd=uri-miss");
    expect(page.body).not.toMatch(/evil|1337/);
  });

  test.each([
    "?a=1;a=2",
    "?a=1%26a=2",
    "?a=1&a=2",
    "?a=1&&a=2",
    "?A=1",
    "?a=1?a=2",
    "?a=%31",
    "?a[]=1",
    "?utm_source=x",
    "?",
  ])("the query %s is in the key as the app reads it", async (query) => {
    const path = `/${randomUUID()}`;
    await edge.ask(path + query);
    expect((await edge.ask(path)).headers["cache-status"]).toContain("fwd=uri-miss");
    expect((await edge.ask(`${path}?a=1`)).headers["cache-status"]).toContain("fwd=uri-miss");
    expect(edge.origin.of(path + query)).toHaveLength(1);
  });

  test.each([
    "//a",
    "/a//b",
    "/a%2Fb",
    "/a%2fb",
    "/A",
    "/a;b",
    "/a%0ab",
    "/a%0d%0ab",
    "/a%20b",
    "/a%3Fb",
    "/a%23b",
    "/a/",
    "/a%",
  ])("the path %s reaches the app as it is in the key", async (end) => {
    const id = randomUUID();
    const path = end.startsWith("//") ? `${end}/${id}` : `/${id}${end}`;
    const answer = await edge.ask(path);
    const asked = edge.origin.seen.filter(({ url }) => url.includes(id)).map(({ url }) => url);
    expect(asked).toEqual(answer.status === 400 ? [] : [path]);
  });

  test.each([
    "RSC",
    "Accept-Language",
    "Cookie",
    "Authorization",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "Host",
  ])("the %s is not taken from the request by being named in Connection", async (name) => {
    const path = `/${randomUUID()}`;
    const headers = { [name]: "1", host: "shop.example" };
    const poison = await edge.ask(path, { headers: { ...headers, connection: `close, ${name}` } });
    expect(poison.status).toBe(400);
    expect(edge.origin.of(path)).toEqual([]);
  });

  test("a page is not stored in place of its data, nor the other way round", async () => {
    const path = `/${randomUUID()}?_rsc=1`;
    const data = await edge.ask(path, { headers: { rsc: "1" } });
    expect((await edge.ask(path)).headers["cache-status"]).toContain("fwd=uri-miss");
    expect(JSON.parse(data.body).headers.rsc).toBe("1");
    const odd = await edge.ask(path, { headers: { rsc: "1 1", "next-router-segment-prefetch": "/_tree" } });
    const even = await edge.ask(path, { headers: { rsc: "1", "next-router-prefetch": "1 /_tree" } });
    for (const one of [odd, even]) expect(one.headers["cache-status"]).toContain("fwd=uri-miss");
  });
});
