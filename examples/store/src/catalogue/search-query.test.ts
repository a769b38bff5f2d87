import { expect, test } from "vitest";
import { parseSearch } from "./search-query.ts";

test("the last word is searched as a prefix", () => {
  expect(parseSearch("  oak cutting boa ")).toEqual({
    text: "oak cutting boa",
    before: "oak cutting",
    prefix: "boa:*",
  });
});

test("the syntax of to_tsquery never gets through", () => {
  expect(parseSearch("mug & !('x':*").prefix).toBe("");
  expect(parseSearch("c|d&e!").prefix).toBe("cde:*");
});

test("a single letter is no prefix, as it would match half the shop", () => {
  expect(parseSearch("a").prefix).toBe("");
});

test("letters outside ASCII are kept", () => {
  expect(parseSearch("bouclé").prefix).toBe("bouclé:*");
});

test("a zero byte, which Postgres refuses, is dropped", () => {
  expect(parseSearch("mu\0g").text).toBe("mug");
});

test("a question is cut at a hundred characters", () => {
  expect(parseSearch("x".repeat(500)).text).toHaveLength(100);
});
