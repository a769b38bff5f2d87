import { expect, it } from "vitest";
import { merged } from "./position.ts";
import { Table } from "./table.ts";

const at = (lsn: number, timeline = 1): Map<string, { timeline: number; lsn: number }> =>
  new Map([["main", { timeline, lsn }]]);
const none = new Map();

it("ends what was loaded before the invalidation of one of its tags, and nothing else", () => {
  const table = new Table();
  table.mark(["b"], 1, none);
  expect(table.isValid(["a", "b"], 0)).toBe(false);
  expect(table.isValid(["a"], 0)).toBe(true);
  expect(table.isValid(["a", "b"], 1)).toBe(true);
});

it("never lets a fence or a place go back, whatever the order of two invalidations", () => {
  const table = new Table();
  table.mark(["a"], 2, at(50));
  table.mark(["a"], 1, at(40));
  expect(table.fenceOf(["a", "b"])).toEqual(at(50));
  expect(table.isValid(["a"], 1)).toBe(false);
  table.mark(["b"], 3, at(10, 2));
  expect(table.fenceOf(["a", "b"])).toEqual(at(10, 2));
});

it("takes everything for invalid that a tag it has forgotten could have ended", () => {
  const table = new Table(10);
  table.mark(["first"], 1, at(7));
  for (let place = 2; place < 12; place++) table.mark([`tag ${place}`], place, at(8));
  expect(table.isValid(["first"], 0)).toBe(false);
  expect(table.isValid(["never seen"], 0)).toBe(false);
  expect(table.fenceOf(["first"]).get("main")?.lsn).toBeGreaterThanOrEqual(7);
  expect(table.isValid(["never seen"], 11)).toBe(true);
});

it("takes an expiry that it has forgotten for an invalidation", () => {
  const table = new Table(4);
  for (let place = 1; place < 6; place++)
    table.markExpired([`tag ${place}`], { place, at: place * 10, until: Infinity }, none);
  expect(table.isValid(["tag 1"], 0)).toBe(false);
  expect(table.expiredAt(["tag 5"], 0)).toBe(50);
});

it("knows the first of several expiries, and none for what was loaded since", () => {
  const table = new Table();
  table.markExpired(["a"], { place: 1, at: 10, until: Infinity }, none);
  table.markExpired(["b"], { place: 2, at: 20, until: Infinity }, none);
  expect(table.expiredAt(["b", "a"], 0)).toBe(10);
  expect(table.expiredAt(["a", "b"], 2)).toBeUndefined();
});

it("has what was let be refreshed made anew past its fence, also when it has forgotten the tag, and ends nothing", () => {
  const table = new Table(3);
  table.markExpired(["a"], { place: 1, at: 10, until: Infinity }, at(7));
  expect([table.fenceOf(["a"]), table.fenceOf(["b"]), table.widestFence]).toEqual([at(7), none, at(7)]);
  expect(table.isValid(["a"], 0)).toBe(true);
  expect(table.isBehind(["a"])).toBe(false);
  table.mark(["a"], 2, at(5));
  expect(table.fenceOf(["a"])).toEqual(at(7));
  table.markExpired(["a"], { place: 3, at: 10, until: Infinity }, at(6));
  expect(table.isValid(["a"], 1)).toBe(false);
  for (let place = 4; place < 8; place++) table.mark([`tag ${place}`], place, none);
  expect(table.fenceOf(["a"])).toEqual(at(7));
});

it("knows when it has heard of an invalidation that it has not followed to", () => {
  const table = new Table();
  table.mark(["own"], 5, none);
  expect(table.isBehind(["own"])).toBe(true);
  expect(table.isBehind(["other"])).toBe(false);
  table.advance(5);
  expect(table.isBehind(["own"])).toBe(false);
});

it("ends everything when it forgets, what was marked ahead included", () => {
  const table = new Table();
  table.advance(4);
  table.mark(["own"], 9, at(3));
  const now = table.forget();
  expect(now).toBeGreaterThan(9);
  expect(table.isValid([], 9)).toBe(false);
  expect(table.isValid(["own"], now)).toBe(true);
  expect(table.fenceOf(["own"])).toEqual(none);
});

it("ends everything up to an invalidation of all, and keeps the fence of what it dropped", () => {
  const table = new Table();
  table.mark(["a"], 1, at(9));
  table.markAll(2, at(5));
  expect(table.isValid(["b"], 1)).toBe(false);
  expect(table.isValid(["a"], 2)).toBe(true);
  expect(table.fenceOf(["a"])).toEqual(at(9));
});

it("withholds what the log may not know of until it is repeated there, also when all else is forgotten", () => {
  const table = new Table();
  table.withhold(["own"], { commits: ["first"], fence: at(7) });
  table.withhold(["own"], { commits: ["second"], fence: at(5) });
  table.mark(["other"], 1, at(1));
  table.advance(table.forget());
  expect(table.isValid(["own"], table.place)).toBe(false);
  expect(table.isBehind(["own"])).toBe(true);
  expect(table.fenceOf(["own"])).toEqual(at(7));
  table.release(({ commits, fence }) => commits.length < 2 || fence.get("main")!.lsn < 7);
  expect(table.isBehind(["own"])).toBe(true);
  table.release(() => true);
  expect(table.isValid(["own"], table.place)).toBe(true);
  expect(table.isBehind(["own"])).toBe(false);
});

it("merges positions without changing either", () => {
  const [one, other] = [at(1), new Map([["other", { timeline: 1, lsn: 2 }]])];
  expect([...merged(one, other).keys()]).toEqual(["main", "other"]);
  expect([one.size, other.size]).toEqual([1, 1]);
});
