import { expect, it } from "vitest";
import { hasReached, later, parseLsn, positionText, readPosition } from "./position.ts";

const at = (timeline: number, lsn: number): { timeline: number; lsn: number } => ({ timeline, lsn });

it("takes a newer timeline for later, wherever its position is", () => {
  expect(later(at(1, 50), at(2, 10))).toEqual(at(2, 10));
  expect(later(at(2, 10), at(1, 50))).toEqual(at(2, 10));
  expect(later(at(1, 50), at(1, 10))).toEqual(at(1, 50));
  expect(later(undefined, at(1, 10))).toEqual(at(1, 10));
});

it("leaves a place unknown that meets another, also one on a newer timeline", () => {
  expect(later(at(0, Infinity), at(1, 10))).toEqual(at(1, Infinity));
  expect(later(at(2, 10), at(1, Infinity))).toEqual(at(2, Infinity));
});

it("has reached what is before on the same timeline, or on an older one, and never what is not known", () => {
  expect(hasReached(at(1, 10), at(1, 10))).toBe(true);
  expect(hasReached(at(1, 10), at(1, 11))).toBe(false);
  expect(hasReached(at(2, 1), at(1, 11))).toBe(true);
  expect(hasReached(at(1, 11), at(2, 1))).toBe(false);
  expect(hasReached(undefined, at(1, 1))).toBe(false);
  expect(hasReached(at(9, 1), at(0, Infinity))).toBe(false);
});

it("is read as it was written", () => {
  for (const position of [at(3, parseLsn("16/B374D848")), at(0, Infinity), at(1, 0)])
    expect(readPosition(positionText(position))).toEqual(position);
});
