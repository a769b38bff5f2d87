// What the edges are told of an answer that Next.js has made of cached pages.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished } from "vitest";
import { type FoundPage, foundPage, tellEdges } from "../../src/next/page-headers.ts";
import { watchProxy } from "../../src/next/proxy-matchers.ts";
import { type Answer, Served } from "./served.ts";

const folder = mkdtempSync(join(tmpdir(), "spillway-test-"));
const served = new Served();
const shared = "s-maxage=60, stale-while-revalidate=600";
let given: Record<string, string>;

beforeAll(async () => {
  process.env["NEXT_DEPLOYMENT_ID"] = "first";
  tellEdges();
  await served.start();
});

beforeEach(() => {
  given = { "cache-control": shared, "x-nextjs-cache": "HIT" };
});

afterAll(async () => {
  delete process.env["NEXT_DEPLOYMENT_ID"];
  await served.stop();
  rmSync(folder, { recursive: true });
});

/** The answer with the headers in `given`, made of these pages. */
async function answered(pages: readonly Partial<FoundPage>[], path = "/p"): Promise<Answer["headers"]> {
  served.handler = (response) => {
    for (const page of pages) foundPage({ tags: ["t"], madeAt: Date.now(), isStale: false, ...page });
    for (const [name, value] of Object.entries(given)) response.setHeader(name, value);
    response.end();
  };
  return (await served.get(path)).headers;
}

const unkept = { "cdn-cache-control": "no-store" };

it("no edge keeps anything as long as it is not known what the app's proxy runs for", async () => {
  const headers = await answered([{}]);
  expect(headers).toMatchObject(unkept);
  expect(headers).not.toHaveProperty("surrogate-key");
  const regexp = String.raw`^/proxied(?:/.*)?$`;
  const functions = { "/_middleware": { matchers: [{ regexp }] } };
  writeFileSync(join(folder, "functions-config-manifest.json"), JSON.stringify({ functions }));
  const middleware = { "/": { matchers: [{ regexp: "^/guarded ground$" }] } };
  writeFileSync(join(folder, "middleware-manifest.json"), JSON.stringify({ middleware }));
  watchProxy(folder);
  expect(await answered([{}])).not.toHaveProperty("cdn-cache-control");
});

it("an edge is told all tags of a page, each once, and that of the deployment", async () => {
  const headers = await answered([{ tags: ["t", "u", "t", "Straße 7"] }]);
  const tags = headers["surrogate-key"]?.toString().split(" ");
  expect(tags).toEqual(["t", "u", expect.stringMatching(/^~[a-z2-7]{26}$/), "deployment:first"]);
  expect(headers).not.toHaveProperty("cdn-cache-control");
  expect(headers).not.toHaveProperty("age");
});

it("an answer made of several pages has the tags of all, and the age of the oldest", async () => {
  const now = Date.now();
  const headers = await answered([
    { tags: ["t"], madeAt: now - 5_500 },
    { tags: ["u"], madeAt: now - 9_500 },
  ]);
  expect(headers["surrogate-key"]).toBe("t u deployment:first");
  expect(headers["age"]).toBe("9");
});

it.each<[what: string, pages: Partial<FoundPage>[]]>([
  ["a page that is stale", [{ isStale: true }]],
  ["several pages of which one is stale", [{}, { isStale: true }]],
  ["a page that another request was waiting for", []],
  [
    "a page with more tags than a header takes",
    [{ tags: Array.from({ length: 600 }, (_, at) => `tag-${at}-long`) }],
  ],
])("no edge keeps an answer made of %s", async (_what, pages) => {
  const headers = await answered(pages);
  expect(headers).toMatchObject(unkept);
  expect(headers).not.toHaveProperty("surrogate-key");
  // What a browser is told stays.
  expect(headers["cache-control"]).toBe(shared);
});

it.each(["/proxied/p", "/proxied/p?q=1", "/guarded%20ground"])(
  "no edge keeps an answer that the app's proxy may have given, as at %s",
  async (path) => {
    expect(await answered([{}], path)).toMatchObject(unkept);
    given["cdn-cache-control"] = "s-maxage=5";
    expect(await answered([{}], path)).toMatchObject({ "cdn-cache-control": "s-maxage=5" });
  },
);

it("a query does not make an address one of the proxy's", async () => {
  expect(await answered([{}], "/p?next=/proxied/p")).not.toHaveProperty("cdn-cache-control");
});

it.each(["private, no-cache, no-store, max-age=0, must-revalidate", "max-age=5", ""])(
  "says nothing to the edges of an answer that is not for all: %s",
  async (cacheControl) => {
    given["cache-control"] = cacheControl;
    const headers = await answered([{}]);
    for (const name of ["surrogate-key", "cdn-cache-control", "age"])
      expect(headers).not.toHaveProperty(name);
  },
);

it("what the app itself lets be shared, as it made it of no page, ends with its deployment", async () => {
  delete given["x-nextjs-cache"];
  const headers = await answered([]);
  expect(headers["surrogate-key"]).toBe("deployment:first");
  expect(headers).not.toHaveProperty("cdn-cache-control");
});

it("leaves tags and age that the app has given", async () => {
  Object.assign(given, { "surrogate-key": "own", age: "3" });
  const headers = await answered([{ tags: ["t"], madeAt: Date.now() - 9_000 }]);
  expect(headers).toMatchObject({ "surrogate-key": "own t deployment:first", age: "3" });
});

it("leaves it to the edges to compress what they keep, where something on the way compresses", async () => {
  expect(await answered([{}])).not.toHaveProperty("content-encoding");
  process.env["SPILLWAY_COMPRESSED"] = "1";
  onTestFinished(() => void delete process.env["SPILLWAY_COMPRESSED"]);
  expect(await answered([{}])).toMatchObject({ "content-encoding": "identity" });
  given["content-encoding"] = "br";
  expect(await answered([{}])).toMatchObject({ "content-encoding": "br" });
  given = { "cache-control": "private, no-store" };
  expect(await answered([{}])).not.toHaveProperty("content-encoding");
  served.handler = (response) => {
    response.setHeader("cache-control", shared);
    response.statusCode = 304;
    response.end();
  };
  expect((await served.get("/p")).headers).not.toHaveProperty("content-encoding");
});
