import { expect, test } from "vitest";
import { concernsOf } from "./next-concerns.ts";

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
