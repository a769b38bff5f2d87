import { expect, test } from "vitest";
import { storeRange } from "./ranges.ts";

test.each([
  ["bytes=0-0", { start: 0, end: "0" }],
  ["bytes=5-7", { start: 5, end: "7" }],
  ["bytes=5-", { start: 5 }],
  ["bytes=-4", { start: 6, end: "9" }],
  ["bytes=-400", { start: 0, end: "9" }],
  ["bytes=-0", { start: 10, end: "9" }],
  ["bytes=7-5", {}],
  ["bytes=0-1,4-5", {}],
  ["bytes=-", {}],
  ["bytes=a-b", {}],
  ["lines=0-1", {}],
  [undefined, {}],
])("%s of ten bytes", (header, range) => {
  expect(storeRange(header, 10)).toEqual(range);
});
