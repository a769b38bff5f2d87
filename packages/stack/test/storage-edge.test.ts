// What the edges give out of the storage, and what they keep a browser from making of it.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EdgeServer, startEdge } from "./edge/edge-server.ts";

let edge: EdgeServer;

beforeAll(async () => {
  edge = await startEdge();
});
afterAll(async () => {
  await edge?.stop();
});

describe("what begins with a dot is not there, however it is written:", () => {
  test.each([
    "/.uploads/0123456789abcdef",
    "/%2euploads/x",
    "/%2Euploads/x",
    "/.%75ploads/x",
    "//.uploads/x",
    "/%2f.uploads/x",
    "/%2F%2e%75ploads%2fx",
    "/shop/.uploads/x",
    "/shop%2f%2Euploads/x",
    "/.uploads",
    "/.uploads/x?y",
  ])("%s", async (path) => {
    const asked = edge.origin.seen.length;
    expect((await edge.askForObject(path)).status).toBe(404);
    expect((await edge.askForObject(path, { method: "HEAD" })).status).toBe(404);
    expect(edge.origin.seen.length).toBe(asked);
  });
});

test.each(["/pictures/a.png", "/a.b/c.d.e", "/a%2eb/x", "/%2525/x"])("%s is given out", async (path) => {
  expect((await edge.askForObject(path)).status).toBe(200);
});

describe("an object is taken for nothing but its type:", () => {
  const policy = "default-src 'none'; style-src 'unsafe-inline'; sandbox";
  test.each<[string | undefined, string | undefined]>([
    ["text/html", policy],
    ["TEXT/HTML; charset=utf-8", policy],
    ["application/xhtml+xml", policy],
    ["image/svg+xml", policy],
    ["text/xml", policy],
    ["image/png", undefined],
    ["text/plain; charset=utf-8", undefined],
    [undefined, undefined],
  ])("%s", async (type, expected) => {
    const path = `/typed/${type?.replaceAll(/\W/g, "-")}`;
    const headers: Record<string, string> = type === undefined ? {} : { "content-type": type };
    edge.origin.serve(`/app${path}`, { headers: { ...headers, "cache-control": "public, max-age=60" } });
    // Fetched, from the store, and as a confirmation that it did not change.
    for (const asking of [{}, {}, { method: "HEAD" }]) {
      const answer = await edge.askForObject(path, asking);
      expect(answer.status).toBe(200);
      expect(answer.headers["content-type"]).toBe(type);
      expect(answer.headers["x-content-type-options"]).toBe("nosniff");
      expect(answer.headers["content-security-policy"]).toBe(expected);
    }
  });
});
