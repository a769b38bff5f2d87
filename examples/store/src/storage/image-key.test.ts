import { expect, test } from "vitest";
import { seedImages } from "../../scripts/seed/catalogue.ts";
import { isImageId } from "./image-key.ts";

test("every picture of the seed may be asked for", () => {
  expect(seedImages().filter(({ id }) => !isImageId(id))).toEqual([]);
});

test.each(["../secrets", "a/b", "a%2fb", "", "-a", "a-", "A", "a".repeat(81)])("%j is no picture", (id) => {
  expect(isImageId(id)).toBe(false);
});
