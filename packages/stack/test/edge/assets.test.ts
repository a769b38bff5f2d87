// Next.js's static files: from storage, which has those of every version, and from the app where it has none.

import { afterAll, beforeAll, expect, test } from "vitest";
import { type EdgeServer, startEdge } from "./edge-server.ts";

let edge: EdgeServer;

beforeAll(async () => {
  edge = await startEdge();
});
afterAll(async () => {
  await edge?.stop();
});

const forEver = { "cache-control": "public, max-age=31536000, immutable" };
const script = { ...forEver, "content-type": "text/javascript" };
const missing = { status: 404, body: "NoSuchKey" };

/** What the storage is asked for, instead of `path`. */
const stored = (path: string): string => `/app${path}`;

test("a file comes from storage, is kept, and the app is not asked", async () => {
  const path = "/_next/static/chunks/a.js";
  edge.origin.serve(stored(path), { headers: script });
  const asking = { headers: { cookie: "session=1; spillway=x", authorization: "Bearer x" } };
  for (const each of [asking, {}, asking]) {
    const { status, body, headers } = await edge.ask(path, each);
    expect({ status, body }).toEqual({ status: 200, body: "1" });
    expect(headers["cache-control"]).toBe(script["cache-control"]);
  }
  const [seen] = edge.origin.of(stored(path));
  expect(seen!.headers).not.toHaveProperty("cookie");
  expect(seen!.headers).not.toHaveProperty("authorization");
  expect(seen!.headers["x-spillway-origin"]).toBe(edge.secrets.origin);
  expect(edge.origin.of(path)).toEqual([]);
});

test.each([
  ["/docs/_next/static/b.js", "/docs/_next/static/b.js"],
  ["/_next/static/c.js?dpl=build-2", "/_next/static/c.js"],
  ["/_next/static/chunks/app/%5Bslug%5D/page.js", "/_next/static/chunks/app/%5Bslug%5D/page.js"],
  // Each build has another one of this name.
  ["/_next/static/build-a/_buildManifest.js?dpl=one", "/_next/static/build-a/_buildManifest.js.one"],
  ["/docs/_next/static/b/_ssgManifest.js?x=1&dpl=two&y=2", "/docs/_next/static/b/_ssgManifest.js.two"],
  ["/_next/static/build-a/_buildManifest.js?other=1", "/_next/static/build-a/_buildManifest.js"],
  ["/_next/static/chunks/_named.js?dpl=one", "/_next/static/chunks/_named.js"],
  ["/_next/static/build-b/_ssgManifest.js?dpl=one/two", "/_next/static/build-b/_ssgManifest.js"],
])("%s is in storage as %s", async (path, key) => {
  edge.origin.serve(stored(key), { headers: script });
  expect((await edge.ask(path)).body).toBe("1");
  expect(edge.origin.of(path)).toEqual([]);
});

test("what the storage does not have comes from the app, as if it had been asked at once", async () => {
  const path = "/_next/static/only-here.js?dpl=build-1";
  edge.origin.serve(stored("/_next/static/only-here.js"), missing);
  edge.origin.serve(path, { headers: script });
  const asking = { headers: { cookie: "session=1" } };
  for (let count = 0; count < 3; count++)
    expect(await edge.ask(path, asking)).toMatchObject({ status: 200, body: "1" });
  expect(edge.origin.of(path)).toHaveLength(1);
  expect(edge.origin.of(path)[0]!.headers["cookie"]).toBe("session=1");
  expect(edge.origin.of(stored("/_next/static/only-here.js"))).toHaveLength(1);
});

test("what neither has is the app's 404", async () => {
  const path = "/_next/static/nowhere.js";
  edge.origin.serve(stored(path), missing);
  edge.origin.serve(path, { status: 404, body: "the app's own page" });
  expect(await edge.ask(path)).toMatchObject({ status: 404, body: "the app's own page" });
});

test.each([500, 503])("a storage that answers %i is passed by", async (status) => {
  const path = `/_next/static/during-${status}.js`;
  edge.origin.serve(stored(path), { status });
  edge.origin.serve(path, { headers: script, body: "by the app" });
  expect(await edge.ask(path)).toMatchObject({ status: 200, body: "by the app" });
});

test("a part of a file, and a file that has not changed, are answered here", async () => {
  const path = "/_next/static/media/film.mp4";
  edge.origin.serve(stored(path), {
    headers: { ...forEver, "content-type": "video/mp4", etag: '"e"' },
    body: "0123456789",
  });
  expect((await edge.ask(path)).status).toBe(200);
  const part = await edge.ask(path, { headers: { range: "bytes=2-4" } });
  expect(part).toMatchObject({ status: 206, body: "234" });
  expect((await edge.ask(path, { headers: { "if-none-match": '"e"' } })).status).toBe(304);
  expect((await edge.ask(path, { headers: { range: "bytes=99-" } })).status).toBe(416);
  expect(edge.origin.of(path)).toEqual([]);
});

test("scripts are compressed for who can read that", async () => {
  const path = "/_next/static/long.js";
  const body = "let a = 1;\n".repeat(200);
  edge.origin.serve(stored(path), { headers: script, body });
  const headers = { "accept-encoding": "gzip" };
  const packed = await fetch(`http://127.0.0.1:${edge.ports.web}${path}`, { headers });
  expect(packed.headers.get("content-encoding")).toBe("gzip");
  expect(await packed.text()).toBe(body);
  const plain = await edge.ask(path);
  expect(plain.headers["content-encoding"]).toBeUndefined();
  expect(plain.body).toBe(body);
});

test("nothing that lies there runs as a page of the app", async () => {
  const path = "/_next/static/page.html";
  edge.origin.serve(stored(path), { headers: { ...forEver, "content-type": "text/html" } });
  const { headers } = await edge.ask(path);
  expect(headers["x-content-type-options"]).toBe("nosniff");
  expect(headers["content-security-policy"]).toContain("sandbox");
});

test.each([
  ["a query", "/page?from=/_next/static/a.js", {}],
  ["another method", "/_next/static/posted.js", { method: "POST" }],
])("%s that only looks like one goes to the app", async (_what, path, asking) => {
  edge.origin.serve(path, { body: "by the app" });
  expect((await edge.ask(path, asking)).body).toBe("by the app");
});

test("a client does not choose who answers", async () => {
  const path = "/_next/static/chosen.js";
  edge.origin.serve(stored(path), { headers: script, body: "stored" });
  for (const choice of ["app", "storage"])
    expect((await edge.ask(path, { headers: { "spillway-static": choice } })).body).toBe("stored");
  const page = edge.origin.serve("/chosen", { body: "by the app" });
  expect((await edge.ask(page, { headers: { "spillway-static": "storage" } })).body).toBe("by the app");
});
