// Paths become templates: no id survives, fixed names do.

import { expect, test } from "vitest";
import { pathOf, pathRoute } from "./path.ts";

test.each([
  ["/", "/"],
  ["/products", "/products"],
  ["/products/", "/products/"],
  ["/products/42", "/products/:id"],
  ["/products/42?token=secret", "/products/:id"],
  ["/products/7/reviews", "/products/:id/reviews"],
  ["/api/v2/health", "/api/v2/health"],
  ["/users/3f2504e0-4f89-11d3-9a0c-0305e82c3301", "/users/:id"],
  ["/commit/deadbeef01234567", "/commit/:id"],
  ["/file/V1StGXR8_Z5jdHi6B-myT", "/file/:id"],
  ["/s/abcdefghijklmnopqrstuvwx", "/s/:id"],
  ["/order-12345", "/:id"],
  ["/users/ann@example.org", "/users/:id"],
  ["/users/J%C3%BCrgen", "/users/:id"],
  ["/sign-in", "/sign-in"],
  ["/a/b/c/d/e/f/g/h", "/a/b/c/d/e/f/*"],
  [`/${"x".repeat(500)}`, "/:id"],
])("%s becomes %s", (target, route) => {
  expect(pathRoute(target)).toBe(route);
  // The second time it is remembered.
  expect(pathRoute(target)).toBe(route);
});

test.each([
  ["/x?a=/y#z", "/x"],
  ["/x#y?z", "/x"],
  ["http://host:80/x?y", "/x"],
  ["http://host", "/"],
  ["*", "*"],
  ["host:443", "*"],
  ["", "*"],
])("the path of the target %s is %s", (target, path) => {
  expect(pathOf(target)).toBe(path);
});
