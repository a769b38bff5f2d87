import { expect, test } from "vitest";
import { checkFolder, checkKey, pathOf, problemOf, tagOf } from "./keys.ts";

test.each(["a", "a/b.png", ".well-known/a", "a..b", "...", "ü/日本", "a b", "a'(b)", "a/.uploads"])(
  "%j is a key",
  (key) => {
    expect(problemOf(key)).toBeUndefined();
  },
);

test.each([
  ["", "empty"],
  ["/a", "begins with a slash"],
  ["a//b", "empty segment"],
  ["a/", "empty segment"],
  ["..", "the segment . or .."],
  ["a/../b", "the segment . or .."],
  ["a/.", "the segment . or .."],
  ["a\\..\\b", "backslash"],
  ["a\u0000", "control character"],
  ["a\u007F", "control character"],
  ["\uDC00", "surrogate"],
  [".uploads/a", ".uploads"],
  [".about", ".about"],
  [undefined, "undefined"],
])("%j is none, and it is said why", (key, why) => {
  expect(problemOf(key)).toContain(why);
});

test("a key has at most 1024 bytes, with its prefix", () => {
  expect(() => checkKey("a".repeat(1024))).not.toThrow();
  expect(() => checkKey("a".repeat(1024), "p/")).toThrow("1026 bytes");
  expect(() => checkKey("é".repeat(513))).toThrow("1026 bytes");
});

test("a folder leaves room for the digest", () => {
  expect(() => checkFolder("a".repeat(940))).not.toThrow();
  expect(() => checkFolder("a".repeat(950))).toThrow(/bytes long/);
});

test("a path has nothing that a URL would read otherwise", () => {
  expect(pathOf("a b/ü?#%/c")).toBe("a%20b/%C3%BC%3F%23%25/c");
});

test("a tag of a long key is short, and its own", () => {
  expect(tagOf("a/b.png")).toBe("object:a/b.png");
  const [one, other] = [tagOf(`${"a".repeat(600)}1`), tagOf(`${"a".repeat(600)}2`)];
  expect(one.length).toBeLessThanOrEqual(512);
  expect(one).not.toBe(other);
});
