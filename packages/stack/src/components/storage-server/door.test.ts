import { describe, expect, test } from "vitest";
import { type Knock, refusal } from "./door.ts";

const unsigned: Knock = { method: "GET", path: "/app/a.webp", headers: {}, query: {}, isForm: false };
const byEdge: Knock = { ...unsigned, headers: { "x-spillway-origin": "secret" } };
const statusOf = (knock: Knock): number | undefined => refusal(knock, "secret")?.status;

test("unsigned requests are refused, whatever they ask", () => {
  for (const method of ["GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS"])
    expect(statusOf({ ...unsigned, method })).toBe(403);
});

test("an edge reads unsigned and does nothing else", () => {
  expect(statusOf(byEdge)).toBeUndefined();
  expect(statusOf({ ...byEdge, method: "HEAD" })).toBeUndefined();
  for (const method of ["PUT", "POST", "DELETE"]) expect(statusOf({ ...byEdge, method })).toBe(403);
  expect(statusOf({ ...unsigned, headers: { "x-spillway-origin": "sceret" } })).toBe(403);
  expect(statusOf({ ...unsigned, headers: { "x-spillway-origin": ["secret", "secret"] } })).toBe(403);
});

test("a form comes in unsigned, but not to what climbs out", () => {
  const form: Knock = { ...unsigned, method: "POST", path: "/app", isForm: true };
  expect(statusOf(form)).toBeUndefined();
  expect(statusOf({ ...form, path: "/%2e%2e" })).toBe(400);
});

describe("what s3rver checks the signature of goes on to it", () => {
  test.each<[string, Partial<Knock>]>([
    ["a header", { headers: { authorization: "AWS4-HMAC-SHA256 …" } }],
    ["a query of version 4", { query: { "X-Amz-Algorithm": "AWS4-HMAC-SHA256" } }],
    ["a query of version 2", { query: { Signature: "" } }],
  ])("%s", (_name, signature) => {
    expect(statusOf({ ...unsigned, method: "PUT", ...signature })).toBeUndefined();
  });
});

test("a query that s3rver takes for unsigned is no signature", () => {
  expect(statusOf({ ...unsigned, method: "PUT", query: { "X-Amz-Signature": "0" } })).toBe(403);
  expect(statusOf({ ...unsigned, method: "PUT", query: { "x-amz-algorithm": "0" } })).toBe(403);
});

test.each(["/app/../other/a", "/app/%2e%2E%2fother%2fa", "/..", "/app/%"])("%s climbs out", (path) => {
  expect(statusOf({ ...byEdge, path })).toBe(400);
});

test.each(["/app/a..b", "/app/.../a", "/app/%252e%252e/a"])("%s does not", (path) => {
  expect(statusOf({ ...byEdge, path })).toBeUndefined();
});
