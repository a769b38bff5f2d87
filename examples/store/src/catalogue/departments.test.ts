import { expect, test } from "vitest";
import { categories } from "../../scripts/seed/departments.ts";
import { departmentAnchor, departments } from "./departments.ts";

test("the menu names exactly the departments of the catalogue, in their order", () => {
  expect([...new Set(categories.map((category) => category.department))]).toEqual(departments);
});

test("an anchor has only letters and single hyphens", () => {
  expect(departmentAnchor("Bed & bath")).toBe("bed-bath");
  expect(departmentAnchor("Kitchen")).toBe("kitchen");
});
