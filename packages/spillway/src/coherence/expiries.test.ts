import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, expect, it } from "vitest";
import { Expiries } from "./expiries.ts";

let expiries: Expiries;

beforeEach(() => {
  expiries = new Expiries();
});

/** The log lets "t" be refreshed at `place`, with a deadline in so many milliseconds. */
function expire(place: number, ms: number, tag = "t"): void {
  const at = performance.now();
  expiries.mark(tag, { place, at, until: at + ms });
}

/** Which of the stamps from 0 to 4 are past a deadline. */
const over = (): number[] => [0, 1, 2, 3, 4].filter((stamp) => expiries.isOver(["other", "t"], stamp));

it("ends what was made before when its deadline has passed, not sooner, and nothing that was made since", async () => {
  expire(2, 60_000);
  expect(over()).toEqual([]);
  expire(3, 20);
  expect(over()).toEqual([]);
  await sleep(25);
  expect(over()).toEqual([0, 1, 2]);
});

it("a later deadline prolongs none for what was made before both, and is that of what was made between", async () => {
  expire(2, 20);
  expire(4, 60_000);
  await sleep(25);
  expect(over()).toEqual([0, 1]);
});

it("a sooner deadline is that of all that was made before", async () => {
  expire(2, 60_000);
  expire(4, 20);
  await sleep(25);
  expect(over()).toEqual([0, 1, 2, 3]);
});

it("no deadline takes none away", async () => {
  expire(2, 20);
  expire(4, Infinity);
  await sleep(25);
  expect(over()).toEqual([0, 1]);
  expect(expiries.firstAt(["t"], 3)).toBeDefined();
});

it("what was over stays over, and what comes after has its own time", async () => {
  expire(1, 0);
  expire(2, 10);
  await sleep(15);
  expire(4, 60_000);
  expect(over()).toEqual([0, 1]);
  await sleep(5);
  expire(5, 0);
  expect(over()).toEqual([0, 1, 2, 3, 4]);
});

it("a place that comes after a later one takes nothing from it", async () => {
  expire(4, 20);
  expire(3, 10);
  await sleep(25);
  expect(over()).toEqual([0, 1, 2, 3]);
});

it("takes a deadline that follows closely for the one before, and no other", () => {
  const at = performance.now();
  for (const [place, ms] of [
    [2, 200],
    [3, 220],
    [4, 600],
  ] as const)
    expiries.mark("t", { place, at, until: at + ms });
  while (performance.now() < at + 201);
  const found = over();
  expect(performance.now(), "the machine was too slow").toBeLessThan(at + 220);
  expect(found).toEqual([0, 1, 2]);
});

it("forgets the oldest half, and tells the last place of it", () => {
  for (let place = 1; place <= 4; place++) expire(place, 60_000, `tag ${place}`);
  expect(expiries.forgetOldest()).toBe(2);
  expect(expiries.firstAt(["tag 2"], 0)).toBeUndefined();
  expect(expiries.firstAt(["tag 3"], 0)).toBeDefined();
  expiries.forgetUpTo(3);
  expect(expiries.firstAt(["tag 3"], 0)).toBeUndefined();
  expect(expiries.firstAt(["tag 4"], 0)).toBeDefined();
});
