// Questions about what somebody has already, parts of a response, and HEAD (RFC 9110, 9.3.2, 13 and 14; RFC 9111, 4.3).

import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask } from "./ask.ts";
import { type EdgeServer, startEdge } from "./edge-server.ts";

let edge: EdgeServer;

beforeAll(async () => {
  edge = await startEdge();
});
afterAll(async () => {
  await edge?.stop();
});

const changed = "Mon, 02 Nov 2026 10:00:00 GMT";
const before = "Mon, 02 Nov 2026 09:59:59 GMT";

describe("a client that has what is stored is answered 304 by the edge", () => {
  test.each([
    ["a tag", '"a"', { "if-none-match": '"a"' }],
    ["a tag, compared weakly", '"a"', { "if-none-match": 'W/"a"' }],
    ["a weak tag", 'W/"a"', { "if-none-match": 'W/"a"' }],
    ["a weak tag, compared with a strong one", 'W/"a"', { "if-none-match": '"a"' }],
    ["a list of tags", '"b"', { "if-none-match": '"a", "b", "c"' }],
    ["a list of tags with weak ones", '"b"', { "if-none-match": 'W/"a", W/"b"' }],
    ["any tag", '"a"', { "if-none-match": "*" }],
    ["a date", '"a"', { "if-modified-since": changed }],
  ])("%s", async (name, etag, headers) => {
    const path = edge.origin.serve(`/has/${encodeURIComponent(name)}`, {
      headers: { "cache-control": "max-age=60", etag, "last-modified": changed },
    });
    await edge.ask(path);
    const answer = await edge.ask(path, { headers });
    expect([answer.status, answer.body]).toEqual([304, ""]);
    expect(answer.headers["etag"]).toBe(etag);
    expect(edge.origin.of(path)).toHaveLength(1);
  });

  test.each([
    ["another tag", { "if-none-match": '"x"' }],
    ["another tag and a date that fits", { "if-none-match": '"x"', "if-modified-since": changed }],
    ["a list without it", { "if-none-match": '"aa", "b", "ba"' }],
    ["an older date", { "if-modified-since": before }],
    ["a date that is none", { "if-modified-since": "yesterday" }],
  ])("but not with %s", async (name, headers) => {
    const path = edge.origin.serve(`/has-not/${encodeURIComponent(name)}`, {
      headers: { "cache-control": "max-age=60", etag: '"a"', "last-modified": changed },
    });
    await edge.ask(path);
    expect((await edge.ask(path, { headers })).status).toBe(200);
  });
});

test("a 304 of the app renews what is stored, its headers included", async () => {
  const path = edge.origin.serve("/renewed", ({ headers }, count) => {
    const state = { etag: '"1"', "x-state": String(count) };
    if (headers["if-none-match"] === '"1"')
      return { status: 304, headers: { ...state, "cache-control": "s-maxage=60" } };
    return { headers: { ...state, "cache-control": "s-maxage=1" }, body: "the page" };
  });
  await edge.ask(path);
  await expect.poll(async () => (await edge.ask(path)).headers["x-state"], { timeout: 3_000 }).toBe("2");
  const answer = await edge.ask(path);
  expect([answer.status, answer.body, answer.headers["x-state"]]).toEqual([200, "the page", "2"]);
  expect(answer.headers["cache-control"]).toBe("s-maxage=60");
  expect(edge.origin.of(path)).toHaveLength(2);
});

test("a 304 that names no tags leaves those of what it renews", async () => {
  const tell = (headers: Record<string, string>) =>
    ask(edge.ports.control, "/", {
      method: "POST",
      headers: {
        authorization: `Bearer ${edge.secrets.purge}`,
        "spillway-until": String(Date.now() / 1_000 + 60),
        ...headers,
      },
    });
  await tell({ "spillway-position": "1" });
  const path = edge.origin.serve("/tagged", ({ headers }) => {
    if (headers["if-none-match"] !== undefined)
      return { status: 304, headers: { etag: '"1"', "cache-control": "s-maxage=60" } };
    return { headers: { etag: '"1"', "cache-control": "s-maxage=1", "surrogate-key": "product-1" } };
  });
  await edge.ask(path);
  await expect.poll(() => edge.ask(path).then(() => edge.origin.of(path).length), { timeout: 3_000 }).toBe(2);
  expect((await edge.ask(path)).headers["cache-status"]).toContain("hit");
  // Past the second in which every hit is compared with what has ended.
  await sleep(1_100);
  await tell({ "spillway-after": "1", "spillway-position": "2", "spillway-tags": "product-1" });
  expect((await edge.ask(path)).headers["cache-status"]).toContain("fwd=uri-miss");
});

test("a full answer to that question takes the place of what is stored", async () => {
  const path = edge.origin.serve("/replaced", (_request, count) => ({
    headers: { etag: `"${count}"`, "cache-control": "s-maxage=1" },
  }));
  await edge.ask(path);
  await expect.poll(async () => (await edge.ask(path)).body, { timeout: 3_000 }).toBe("2");
  expect(edge.origin.of(path)[1]!.headers["if-none-match"]).toBe('"1"');
});

describe("ranges are cut from a stored whole", () => {
  test.each([
    ["bytes=0-3", 206, "0123", "bytes 0-3/10"],
    ["bytes=4-", 206, "456789", "bytes 4-9/10"],
    ["bytes=-2", 206, "89", "bytes 8-9/10"],
    ["bytes=8-99", 206, "89", "bytes 8-9/10"],
    ["bytes=10-", 416, "", "bytes */10"],
    ["lines=0-3", 200, "0123456789", undefined],
    ["bytes=a-b", 200, "0123456789", undefined],
  ])("%s", async (range, status, body, contentRange) => {
    const path = edge.origin.serve(`/range/${encodeURIComponent(range)}`, {
      headers: { "cache-control": "max-age=60", etag: '"a"' },
      body: "0123456789",
    });
    await edge.ask(path);
    const answer = await edge.ask(path, { headers: { range } });
    // What a refusal says besides is not fixed.
    const got = answer.status === 416 ? "" : answer.body;
    expect([answer.status, got, answer.headers["content-range"]]).toEqual([status, body, contentRange]);
    expect(edge.origin.of(path)).toHaveLength(1);
  });

  test("If-Range gives the whole to who has another one", async () => {
    const headers = { "cache-control": "max-age=60", etag: '"a"' };
    const path = edge.origin.serve("/if-range", { headers, body: "0123456789" });
    await edge.ask(path);
    const asking = (tag: string) => ({ headers: { range: "bytes=0-3", "if-range": tag } });
    expect((await edge.ask(path, asking('"a"'))).body).toBe("0123");
    expect((await edge.ask(path, asking('"b"'))).body).toBe("0123456789");
  });
});

describe("HEAD", () => {
  test("is answered from the stored page, with its headers", async () => {
    const path = edge.origin.serve("/head", {
      headers: { "cache-control": "max-age=60", "x-a": "1" },
      body: "four",
    });
    await edge.ask(path);
    const answer = await edge.ask(path, { method: "HEAD" });
    expect([answer.status, answer.body, answer.headers["x-a"]]).toEqual([200, "", "1"]);
    expect(answer.headers["content-length"]).toBe("4");
    expect(edge.origin.of(path)).toHaveLength(1);
  });

  test("for what is not stored fetches the page, for all", async () => {
    const path = edge.origin.serve("/head-first", { headers: { "cache-control": "max-age=60" } });
    expect((await edge.ask(path, { method: "HEAD" })).body).toBe("");
    expect((await edge.ask(path)).body).toBe("1");
    expect(edge.origin.of(path).map((one) => one.method)).toEqual(["GET"]);
  });
});
