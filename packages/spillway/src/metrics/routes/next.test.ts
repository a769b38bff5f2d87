// Next.js routes, from the metadata and the manifest that Next 16.4 really writes.

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { nextRoute } from "./next.ts";

/** As `next build` writes it; the patterns are its own. */
const manifest = {
  version: 3,
  basePath: "",
  staticRoutes: [{ page: "/", regex: "^/(?:/)?$" }],
  dynamicRoutes: [
    { page: "/items/[id]", regex: "^/items/([^/]+?)(?:/)?$" },
    { page: "/docs/[...slug]", regex: "^/docs/(.+?)(?:/)?$" },
  ],
};

let folder: string;
const before = process.cwd();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "spillway-next-"));
  await mkdir(join(folder, ".next"));
  await writeFile(join(folder, ".next", "routes-manifest.json"), JSON.stringify(manifest));
  process.chdir(folder);
});

afterAll(async () => {
  process.chdir(before);
  await rm(folder, { recursive: true });
});

function requestWith(meta: object | undefined): IncomingMessage {
  const request = new IncomingMessage(new Socket());
  return Object.assign(request, { [Symbol.for("NextInternalRequestMeta")]: meta });
}

test("the matched definition is the route", () => {
  const request = requestWith({ match: { definition: { pathname: "/items/[id]" } } });
  expect(nextRoute(request, "/items/42?x=1", 200)).toBe("/items/[id]");
});

test.each([
  ["/_next/static/chunks/main-5f2a.js", 200, "/_next/static"],
  ["/_next/image?url=%2Fa.png&w=64&q=75", 200, "/_next/image"],
  ["/base/_next/data/build/x.json", 200, "/_next/data"],
  ["/", 200, "/"],
  ["/items/42?x=1", 200, "/items/[id]"],
  ["/docs/a/b/c", 200, "/docs/[...slug]"],
  ["/robots.txt", 200, "public"],
  ["/logo.svg?v=2", 304, "public"],
  ["/wp-login.php", 404, "not_found"],
])("without a match, %s answered with %i is %s", (target, status, route) => {
  expect(nextRoute(requestWith({}), target, status)).toBe(route);
});

test("a request that Next.js has not seen is not judged", () => {
  expect(nextRoute(requestWith(undefined), "/items/42", 200)).toBeUndefined();
});
