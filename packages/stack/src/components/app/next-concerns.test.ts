import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { concernsOf, mixedParts } from "./next-concerns.ts";

const fine = {
  adapterPath: "/app/node_modules/spillway/dist/next/adapter.js",
  cacheHandler: "../.spillway/next/cache-handler.cjs",
  cacheHandlers: { default: "../.spillway/next/use-cache-handler.cjs" },
};

test.each(["16.2.0", "16.4.6", "17.0.0", "16.10.1-canary.3"])(
  "a build of %s with the adapter is no concern",
  (version) => {
    expect(concernsOf({ version, config: fine })).toEqual([]);
  },
);

test.each(["14.2.3", "15.5.0", "16.0.1", "16.1.9"])("%s takes no adapter", (version) => {
  expect(concernsOf({ version, config: {} })).toEqual([expect.stringContaining(version)]);
});

test.each([
  ["no adapter", { adapterPath: undefined }, /without the adapter/],
  ["another adapter", { adapterPath: "/app/adapter.mjs" }, /adapter of its own/],
  ["its own handler", { cacheHandler: "../cache.js" }, /cacheHandler of its own/],
  [
    "its own handler for `use cache`",
    { cacheHandlers: { remote: "../remote.js" } },
    /cacheHandlers of its own/,
  ],
])("%s is one", (_what, given, sentence) => {
  const config = { ...fine, ...given } as typeof fine;
  expect(concernsOf({ version: "16.4.6", config })).toEqual([expect.stringMatching(sentence)]);
});

test("a build whose parts are of several is one for each of them", () => {
  expect(concernsOf({ version: "16.4.6", config: fine, mixed: [".next/static"] })).toEqual([
    expect.stringMatching(/^\.next\/static is of another build/),
  ]);
});

test("servers that are given another name than their build are one", () => {
  const config = { ...fine, deploymentId: "built" };
  const given = (givenDeployment: string) => concernsOf({ version: "16.4.6", config, givenDeployment });
  expect(given("other")).toEqual([expect.stringMatching(/deployment built, and app\.env .* other/)]);
  expect(given("built")).toEqual([]);
});

test("the static files of another build, and a standalone server of another one, are found", () => {
  const app = mkdtempSync(join(tmpdir(), "spillway-build-"));
  onTestFinished(() => rmSync(app, { recursive: true }));
  const build = join(app, ".next");
  const write = (name: string, text: string): void => {
    mkdirSync(dirname(join(build, name)), { recursive: true });
    writeFileSync(join(build, name), text);
  };
  const config = (deploymentId: string): string =>
    JSON.stringify({ config: { output: "standalone", outputFileTracingRoot: app, deploymentId } });
  write("BUILD_ID", "second\n");
  write("static/second/_buildManifest.js", "");
  write("required-server-files.json", config("b"));
  write("standalone/server.js", "");
  write("standalone/.next/required-server-files.json", config("b"));
  expect(mixedParts(app, build)).toEqual([]);
  write("BUILD_ID", "third");
  write("standalone/.next/required-server-files.json", config("a"));
  expect(mixedParts(app, build)).toEqual([".next/static", ".next/standalone"]);
});
