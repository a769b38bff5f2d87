// The search itself: complete, honest about what it left out, and its histories the shortest.

import { expect, it } from "vitest";
import { explore, type Model } from "./explore.ts";
import { keyOf } from "./plain.ts";

/** Counts up to 20 by ones and threes; 10 is forbidden. */
const counter: Model<{ count: number }> = {
  initial: { count: 0 },
  next: ({ count }) =>
    [1, 3]
      .filter((by) => count + by <= 20)
      .map((by) => ({ label: `add ${by}`, after: { count: count + by } })),
  check: (_, { after }) => (after.count === 10 ? [{ property: "not ten", detail: "ten" }] : []),
  key: keyOf,
};

it("sees every state and finds a shortest history", () => {
  const { states, complete, histories } = explore(counter);
  expect({ states, complete }).toEqual({ states: 21, complete: true });
  const history = histories.get("not ten")!;
  expect(history).toHaveLength(5);
  expect(history.slice(0, 4).toSorted()).toEqual(["add 1", "add 3", "add 3", "add 3"]);
  expect(history.at(-1)).toBe("ten");
});

it("says that a search which was stopped is incomplete", () => {
  expect(explore(counter, { mostStates: 5 }).complete).toBe(false);
  expect(explore(counter, { until: "not ten" }).complete).toBe(false);
});

it("tells states apart that differ in a leaf, a length or an absence", () => {
  const states = [
    { a: [1] },
    { a: [1, 0] },
    { a: [] },
    { a: undefined },
    { a: [undefined] },
    { a: ["x"] },
    { a: [true] },
  ];
  expect(new Set(states.map(keyOf)).size).toBe(states.length);
});

it("refuses a state with a number that has no byte of its own", () => {
  expect(() => keyOf({ count: 200 })).toThrow("does not fit");
});
