import { expect, test } from "vitest";
import { isUuid, parseId, parseQuantity } from "./numbers.ts";

test("a quantity is a whole number up to twenty", () => {
  expect(["0", "1", "20", "21", "1.5", "-1", "", undefined].map((text) => parseQuantity(text, 1))).toEqual([
    undefined,
    1,
    20,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  expect(parseQuantity("0", 0)).toBe(0);
});

test("an id fits 32 bits and has one spelling", () => {
  expect(["1", "2147483647", "2147483648", "0", "01", "1x", "-1"].map(parseId)).toEqual([
    1,
    2_147_483_647,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test("only a lower-case UUID is a cart id", () => {
  expect(isUuid("3f2b8f6e-7d1c-4c1e-9a55-0d8f0f3a2b11")).toBe(true);
  expect(isUuid("3F2B8F6E-7D1C-4C1E-9A55-0D8F0F3A2B11")).toBe(false);
  expect(isUuid("' or 1=1")).toBe(false);
});
