// What an app leaves to the edges by `Content-Encoding: identity` (RFC 9110, 8.4.1): they compress it, once.

import { request } from "node:http";
import { once } from "node:events";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type EdgeServer, startEdge } from "./edge-server.ts";

let edge: EdgeServer;

beforeAll(async () => {
  edge = await startEdge();
});
afterAll(async () => {
  await edge?.stop();
});

const page = "all of a page ".repeat(500);
const left = {
  "cache-control": "s-maxage=60",
  "content-type": "text/html; charset=utf-8",
  "content-encoding": "identity",
};

interface Raw {
  encoding: string | undefined;
  vary: string | undefined;
  bytes: Buffer;
}

async function asked(path: string, acceptEncoding = ""): Promise<Raw> {
  const headers: Record<string, string> = acceptEncoding === "" ? {} : { "accept-encoding": acceptEncoding };
  const sent = request({ host: "127.0.0.1", port: edge.ports.web, path, agent: false, headers }).end();
  const [response] = await once(sent, "response");
  const { "content-encoding": encoding, vary } = response.headers;
  return { encoding, vary, bytes: await buffer(response) };
}

test("a page is kept compressed, and is whole for who can read that and for who cannot", async () => {
  const path = edge.origin.serve("/page", { headers: left, body: page });
  for (let round = 0; round < 2; round++) {
    const packed = await asked(path, "gzip, br");
    expect(packed).toMatchObject({ encoding: "gzip", vary: expect.stringContaining("Accept-Encoding") });
    expect(packed.bytes.length).toBeLessThan(page.length / 10);
    expect(gunzipSync(packed.bytes).toString()).toBe(page);
    expect(await asked(path)).toMatchObject({ encoding: undefined, bytes: Buffer.from(page) });
  }
  expect(edge.origin.of(path)).toHaveLength(1);
});

test.each([
  ["an image", { ...left, "content-type": "image/png" }, page],
  ["what fits into a packet", { ...left, "content-length": "14" }, page.slice(0, 14)],
])("%s is not compressed, and nothing is said of it", async (name, headers, body) => {
  const path = edge.origin.serve(`/${name.length}`, { headers, body });
  expect(await asked(path, "gzip")).toMatchObject({ encoding: undefined, bytes: Buffer.from(body) });
});

test("what the app has compressed itself is passed on as it is", async () => {
  const path = edge.origin.serve("/packed", {
    headers: { ...left, "content-encoding": "br" },
    body: "brotli",
  });
  expect(await asked(path, "gzip, br")).toMatchObject({ encoding: "br", bytes: Buffer.from("brotli") });
});

test("a page that is found unchanged stays as it was kept", async () => {
  const etag = '"first"';
  const path = edge.origin.serve("/unchanged", ({ headers }) =>
    headers["if-none-match"] === undefined
      ? { headers: { ...left, "cache-control": "s-maxage=1", etag }, body: page }
      : { status: 304, headers: { "cache-control": "s-maxage=60", etag } },
  );
  await asked(path, "gzip");
  await expect
    .poll(async () => (await asked(path, "gzip"), edge.origin.of(path).length), { timeout: 5_000 })
    .toBeGreaterThan(1);
  const packed = await asked(path, "gzip");
  expect(gunzipSync(packed.bytes).toString()).toBe(page);
  expect((await asked(path)).bytes.toString()).toBe(page);
});
