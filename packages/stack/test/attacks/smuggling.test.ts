// Requests whose end two servers may see at different places. Each is refused, or is one request for the app; and
// who comes next is never given the answer of another.

import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type BalancerEngine, balancerEngines } from "../../src/config/types.ts";
import { head, sendBytes } from "../edge/ask.ts";
import { type EdgeServer, startEdge } from "../edge/edge-server.ts";

const host = "Host: shop.example";
/** Would be an answer of its own if what encloses it ended before it. */
const hidden = head("GET /hidden HTTP/1.1", host, "X-Rewrite-URL: /admin");
const chunked = "Transfer-Encoding: chunked";
/** Ends for who reads chunks, and goes on for who counts bytes. */
const endsEarly = `0\r\n\r\n${hidden}`;

const post = (...lines: string[]): string => head("POST /form HTTP/1.1", host, ...lines);

describe.each(balancerEngines)("through %s", (engine: BalancerEngine) => {
  let edge: EdgeServer;

  beforeAll(async () => {
    edge = await startEdge(engine);
    edge.origin.otherwise = (request) => ({ body: `${request.method} ${request.url}` });
  });
  afterAll(async () => {
    await edge?.stop();
  });
  beforeEach(() => {
    edge.origin.seen.length = 0;
  });

  /** Clients that come afterwards, over connections that may have been used by the attacker's request. */
  async function expectNextUntouched(): Promise<void> {
    for (const method of ["GET", "POST", "GET", "POST"]) {
      const path = `/next/${randomUUID()}`;
      expect((await edge.ask(path, { method })).body).toBe(`${method} ${path}`);
    }
  }

  test.each([
    ["two lengths", post("Content-Length: 0", `Content-Length: ${hidden.length}`) + hidden],
    ["two lengths in one line", post(`Content-Length: 0, ${hidden.length}`) + hidden],
    ["a length and chunks", post(`Content-Length: ${endsEarly.length}`, chunked) + endsEarly],
    ["chunks and a length", post(chunked, `Content-Length: ${endsEarly.length}`) + endsEarly],
    ["chunks twice", post(chunked, chunked) + endsEarly],
    ["chunks and something else", post("Transfer-Encoding: chunked, identity") + endsEarly],
    ["something else and chunks", post("Transfer-Encoding: gzip, chunked") + endsEarly],
    ["an unknown encoding", post("Transfer-Encoding: xchunked", "Content-Length: 5") + endsEarly],
    ["two encodings in two lines", post(chunked, "Transfer-Encoding: x") + endsEarly],
    ["chunks in quotes", post('Transfer-Encoding: "chunked"') + endsEarly],
    ["a space before the colon", post("Transfer-Encoding : chunked", "Content-Length: 3") + endsEarly],
    ["a space before the colon of a length", post(`Content-Length : ${hidden.length}`) + hidden],
    ["a tab before the value", post("Transfer-Encoding:\x0bchunked", "Content-Length: 3") + endsEarly],
    ["a length with a plus", post(`Content-Length: +${hidden.length}`) + hidden],
    ["a length with a minus", post("Content-Length: -1") + hidden],
    ["a length in hexadecimal", post("Content-Length: 0x10") + hidden],
    ["a length with a space in it", post("Content-Length: 1 0") + hidden],
    ["a length beyond all bounds", post("Content-Length: 99999999999999999999999") + hidden],
    ["a NUL in a header", post("X-A: a\0b", "Content-Length: 0")],
    [
      "a carriage return in a header",
      post("X-A: a\rTransfer-Encoding: chunked", "Content-Length: 3") + endsEarly,
    ],
    ["two hosts", head("GET /form HTTP/1.1", host, "Host: other.example")],
    ["two hosts in one line", head("GET /form HTTP/1.1", "Host: shop.example, other.example")],
    ["no host", head("GET /form HTTP/1.1")],
    ["a host with a path", head("GET /form HTTP/1.1", "Host: shop.example/admin")],
    ["a host with a user", head("GET /form HTTP/1.1", "Host: x@shop.example")],
    ["a line without a colon", head("GET /form HTTP/1.1", host, "Transfer-Encoding")],
    ["a space before the first header", head("GET /form HTTP/1.1", ` ${host}`, host)],
    ["chunks under HTTP/1.0", head("POST /form HTTP/1.0", host, chunked) + endsEarly],
    ["a chunk size with a sign", `${post(chunked)}+0\r\n\r\n${hidden}`],
    ["a chunk size in 0x", `${post(chunked)}0x0\r\n\r\n${hidden}`],
    ["a chunk size that is negative", `${post(chunked)}-1\r\n\r\n${hidden}`],
    ["a chunk size beyond all bounds", `${post(chunked)}1000000000000000a\r\n${hidden}`],
    ["a chunk that is longer than it says", `${post(chunked)}1\r\nabc\r\n0\r\n\r\n${hidden}`],
    ["HTTP/2 without having asked", `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${hidden}`],
    ["a version that is none", head("GET /form HTTP/1.9", host, "Content-Length: 3") + hidden],
  ])("%s is refused, and the connection closed", async (_name, bytes) => {
    const answer = await sendBytes(edge.ports.web, bytes);
    expect(answer.statuses.length, answer.text).toBeLessThan(2);
    for (const status of answer.statuses) expect(String(status)).toMatch(/^(4..|50[135])$/);
    expect(edge.origin.seen.map((one) => one.url).filter((url) => url === "/hidden")).toEqual([]);
    expect(answer.closed).toBe(true);
    await expectNextUntouched();
  });

  test.each([
    ["an extension that ends in a bare line feed", `${post(chunked)}0;a=\n\r\n`],
    ["an extension that holds a bare line feed", `${post(chunked)}2;x\nxx\r\n0\r\n\r\n`],
    ["a folded header", head("GET /form HTTP/1.1", host, "X-A: a", " b")],
    ["a folded encoding", head("POST /form HTTP/1.1", host, "Transfer-Encoding:", " chunked") + "0\r\n\r\n"],
    ["bare line feeds", `POST /form HTTP/1.1\n${host}\nContent-Length: 0\n\n`],
    ["an address with another host", head("GET http://other.example/form HTTP/1.1", host)],
    ["a chunked trailer", `${post(chunked)}1\r\na\r\n0\r\nHost: evil.example\r\nX-Rewrite-URL: /a\r\n\r\n`],
    ["an expectation", post("Expect: 100-continue", "Content-Length: 1") + "a"],
  ])("%s is one request at most", async (_name, bytes) => {
    const answer = await sendBytes(edge.ports.web, bytes);
    const asked = edge.origin.seen.filter((one) => one.url !== "/form");
    expect(asked, answer.text).toEqual([]);
    expect(edge.origin.seen.length).toBeLessThan(2);
    for (const { headers, rawHeaders } of edge.origin.seen) {
      expect(rawHeaders.filter((name) => /^host$/i.test(name))).toHaveLength(1);
      expect(headers["x-rewrite-url"]).toBeUndefined();
    }
    await expectNextUntouched();
  });

  const handshake = [
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
  ];

  test.each([
    ["a handshake that the app does not take up", ["Connection: Upgrade", ...handshake]],
    ["a handshake of another version", ["Connection: Upgrade", ...handshake, "Sec-WebSocket-Version: 7"]],
    ["a handshake that names two protocols", ["Connection: Upgrade", ...handshake, "Upgrade: h2c"]],
    ["a handshake with a length", ["Connection: Upgrade", ...handshake, "Content-Length: 1"]],
    ["half a handshake", ["Connection: Upgrade", "Upgrade: websocket"]],
    [
      "an upgrade to HTTP/2",
      ["Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk"],
    ],
  ])("%s opens no tunnel past the edge", async (_name, lines) => {
    const bytes = head("GET /form HTTP/1.1", host, ...lines) + hidden;
    const answer = await sendBytes(edge.ports.web, bytes);
    const followed = edge.origin
      .of("/hidden")
      .filter(({ headers }) => headers["x-rewrite-url"] !== undefined);
    expect(followed, answer.text).toEqual([]);
    await expectNextUntouched();
  });

  test("a request inside of another's chunks is a body", async () => {
    const bytes = `${post(chunked)}${hidden.length.toString(16)}\r\n${hidden}\r\n0\r\n\r\n`;
    expect((await sendBytes(edge.ports.web, bytes)).statuses).toEqual([200]);
    expect(edge.origin.seen.map(({ url, body }) => [url, body])).toEqual([["/form", hidden]]);
  });
});
