import { expect, it } from "vitest";
import { merged } from "./position.ts";
import { Table } from "./table.ts";

const at = (lsn: number, timeline = 1): Map<string, { timeline: number; lsn: number }> =>
  new Map([["main", { timeline, lsn }]]);
const none = new Map();

it("ends what was loaded before the invalidation of one of its tags, and nothing else", () => {
  const table = new Table();
  const stamp = table.seq;
  expect(table.isValid(["a", "b"], stamp)).toBe(true);
  table.invalidate(["b"], none);
  expect(table.isValid(["a", "b"], stamp)).toBe(false);
  expect(table.isValid(["a"], stamp)).toBe(true);
  expect(table.isValid(["a", "b"], table.seq)).toBe(true);
});

it("never lets a fence go back, whatever the order of two invalidations", () => {
  const table = new Table();
  table.invalidate(["a"], at(50));
  table.invalidate(["a"], at(40));
  expect(table.fenceOf(["a", "b"])).toEqual(at(50));
  table.invalidate(["b"], at(10, 2));
  expect(table.fenceOf(["a", "b"])).toEqual(at(10, 2));
});

it("takes everything for invalid that a tag it has forgotten could have ended", () => {
  const table = new Table(10);
  const stamp = table.seq;
  table.invalidate(["first"], at(7));
  for (let index = 0; index < 10; index++) table.invalidate([`tag ${index}`], at(8));
  expect(table.isValid(["first"], stamp)).toBe(false);
  expect(table.isValid(["never seen"], stamp)).toBe(false);
  expect(table.fenceOf(["first"]).get("main")?.lsn).toBeGreaterThanOrEqual(7);
  expect(table.isValid(["never seen"], table.seq)).toBe(true);
});

it("takes an expiry that it has forgotten for an invalidation", () => {
  const table = new Table(4);
  const stamp = table.seq;
  for (let index = 0; index < 5; index++) table.expire([`tag ${index}`], index);
  expect(table.isValid(["tag 0"], stamp)).toBe(false);
  expect(table.expiredAt(["tag 4"], stamp)).toBe(4);
});

it("knows the first of several expiries, and none for what was loaded since", () => {
  const table = new Table();
  const stamp = table.seq;
  table.expire(["a"], 10);
  table.expire(["b"], 20);
  expect(table.expiredAt(["b", "a"], stamp)).toBe(10);
  expect(table.expiredAt(["a", "b"], table.seq)).toBeUndefined();
});

it("merges positions without changing either", () => {
  const [one, other] = [at(1), new Map([["other", { timeline: 1, lsn: 2 }]])];
  expect([...merged(one, other).keys()]).toEqual(["main", "other"]);
  expect([one.size, other.size]).toEqual([1, 1]);
});
