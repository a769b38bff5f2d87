import { expect, test } from "vitest";
import { nearest } from "./nearest.ts";

const keys = ["name", "app", "edge", "balancer", "database", "cache", "storage"];

test.each([
  ["ballancer", "balancer"],
  ["Balancer", "balancer"],
  ["databse", "database"],
  ["stroage", "storage"],
  ["egde", "edge"],
])("%s is taken for a slip of %s", (typed, meant) => {
  expect(nearest(typed, keys)).toBe(meant);
});

test("a word that is far from all is no slip", () => {
  expect(nearest("queue", keys)).toBeUndefined();
});
