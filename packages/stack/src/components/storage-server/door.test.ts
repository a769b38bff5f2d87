import { expect, test } from "vitest";
import { isAllowed } from "./door.ts";

const base = {
  method: "GET",
  url: "/app/a.webp",
  authorization: undefined,
  origin: undefined,
  secret: "secret",
};

test("unsigned requests are refused, whatever they ask", () => {
  for (const method of ["GET", "HEAD", "PUT", "POST", "DELETE"])
    expect(isAllowed({ ...base, method })).toBe(false);
});

test("an edge reads unsigned and does nothing else", () => {
  expect(isAllowed({ ...base, origin: "secret" })).toBe(true);
  expect(isAllowed({ ...base, origin: "secret", method: "HEAD" })).toBe(true);
  for (const method of ["PUT", "POST", "DELETE"])
    expect(isAllowed({ ...base, origin: "secret", method })).toBe(false);
  expect(isAllowed({ ...base, origin: "sceret" })).toBe(false);
  expect(isAllowed({ ...base, origin: ["secret", "secret"] })).toBe(false);
});

test("signed requests go on to where the signature is checked", () => {
  expect(isAllowed({ ...base, method: "PUT", authorization: "AWS4-HMAC-SHA256 …" })).toBe(true);
  expect(isAllowed({ ...base, url: "/app/a?X-Amz-Signature=0" })).toBe(true);
});
