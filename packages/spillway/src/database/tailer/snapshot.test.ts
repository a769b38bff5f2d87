// What a snapshot sees, where ids of 32 bits have gone round.

import { expect, test } from "vitest";
import { Snapshot } from "./snapshot.ts";

const round = 2n ** 32n;

test("it sees what had ended: below its least, and between its bounds what does not run", () => {
  const seen = new Snapshot("100:105:101,103");
  expect([99, 100, 101, 102, 103, 104, 105, 106].filter((xid) => seen.sees(xid))).toEqual([
    99, 100, 102, 104,
  ]);
});

test("nothing runs in one without a list", () => {
  const seen = new Snapshot("100:100:");
  expect([seen.sees(99), seen.sees(100)]).toEqual([true, false]);
});

test("an id from before the round is seen after it, and the other way round", () => {
  const after = new Snapshot(`${7n * round + 5n}:${7n * round + 5n}:`);
  expect(after.sees(Number(round - 1n))).toBe(true);
  expect([after.sees(4), after.sees(5)]).toEqual([true, false]);
  const before = new Snapshot(`${7n * round - 5n}:${7n * round - 5n}:`);
  expect([before.sees(3), before.sees(Number(round - 6n))]).toEqual([false, true]);
});

test("what runs is known by its whole id", () => {
  const seen = new Snapshot(`${round - 2n}:${round + 3n}:${round - 2n},${round + 1n}`);
  const [old, running, ended] = [Number(round - 1n), 1, 2];
  expect([seen.sees(Number(round - 2n)), seen.sees(old), seen.sees(running), seen.sees(ended)]).toEqual([
    false,
    true,
    false,
    true,
  ]);
});
