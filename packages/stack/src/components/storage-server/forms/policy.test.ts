import type S3Error from "@20minutes/s3rver/lib/models/error.js";
import { describe, expect, test } from "vitest";
import { type LengthRange, checkPolicy } from "./policy.ts";

const now = Date.UTC(2030, 0, 31, 12);
const form = { bucket: "app", key: "pictures/a.png", "content-type": "image/png" };
const conditions: unknown[] = [
  { bucket: "app" },
  ["eq", "$key", "pictures/a.png"],
  ["starts-with", "$Content-Type", "image/"],
];

interface Case {
  fields?: Record<string, string>;
  /** Beside those that permit the form. */
  more?: unknown[];
  policy?: unknown;
}

function check({ fields = {}, more = [], policy }: Case): LengthRange {
  const whole = policy ?? { expiration: "2030-01-31T12:00:01Z", conditions: [...conditions, ...more] };
  const encoded = Buffer.from(typeof whole === "string" ? whole : JSON.stringify(whole)).toString("base64");
  return checkPolicy(encoded, new Map(Object.entries({ ...form, ...fields })), now);
}

function refusalOf(one: Case): string {
  try {
    check(one);
    return "permitted";
  } catch (error) {
    return `${(error as S3Error).code}: ${(error as S3Error).message}`;
  }
}

test("what its policy permits is permitted, of any length", () => {
  expect(check({})).toEqual({ least: 0, most: Infinity });
});

test("a policy ends at its expiration", () => {
  for (const expiration of ["2030-01-31T12:00:00Z", "2030-01-31T11:59:59.999Z"])
    expect(refusalOf({ policy: { expiration, conditions } })).toMatch(/^AccessDenied: .*Policy expired/);
});

test("lengths are those that all ranges permit", () => {
  const more = [
    ["content-length-range", 1, 100],
    ["content-length-range", "0", "50"],
  ];
  expect(check({ more })).toEqual({ least: 1, most: 50 });
});

describe("refused is what breaks a condition:", () => {
  test.each<[string, Case]>([
    ["another key", { fields: { key: "pictures/b.png" } }],
    ["a key that begins as the permitted one", { fields: { key: "pictures/a.png.html" } }],
    ["another bucket", { fields: { bucket: "backups" } }],
    ["another beginning", { fields: { "content-type": "text/html" } }],
    ["a list of types of which one is another", { fields: { "content-type": "image/png, text/html" } }],
    ["a field that is not there", { more: [{ acl: "private" }] }],
    ["one of several in an object", { more: [{ key: "pictures/a.png", bucket: "other" }] }],
    ["a value in other letters", { fields: { key: "Pictures/a.png" } }],
  ])("%s", (_what, one) => {
    expect(refusalOf(one)).toMatch(/^AccessDenied: .*Policy Condition failed/);
  });
});

test("a list of types is permitted if each of them is", () => {
  expect(refusalOf({ fields: { "content-type": "image/png,image/webp" } })).toBe("permitted");
});

test("anything may follow an empty beginning", () => {
  const more = [["starts-with", "$x-amz-meta-name", ""]];
  expect(refusalOf({ more, fields: { "x-amz-meta-name": "anything" } })).toBe("permitted");
});

test("fields that no condition covers are refused", () => {
  expect(refusalOf({ fields: { acl: "public-read", "x-amz-meta-a": "1" } })).toBe(
    "AccessDenied: Invalid according to Policy: Extra input fields: acl, x-amz-meta-a",
  );
  const policy = { expiration: "2030-01-31T12:00:01Z", conditions: conditions.slice(1) };
  expect(refusalOf({ policy })).toMatch(/Extra input fields: bucket/);
});

test("the signature, the policy and what is to be ignored need no condition", () => {
  const fields = { policy: "…", "x-amz-signature": "0", "x-ignore-button": "Send" };
  expect(refusalOf({ fields })).toBe("permitted");
});

describe("no policy is", () => {
  const expiration = "2030-01-31T12:00:01Z";
  test.each<[string, unknown]>([
    ["no JSON", "{"],
    ["null", "null"],
    ["one without an expiration", { conditions }],
    ["one that ends at no time", { expiration: "tomorrow", conditions }],
    ["one that ends on no day", { expiration: "2030-13-31T12:00:01Z", conditions }],
    ["one without conditions", { expiration }],
    [
      "one of an unknown operation",
      { expiration, conditions: [...conditions, ["ends-with", "$key", ".png"]] },
    ],
    ["one of an operation without a value", { expiration, conditions: [...conditions, ["eq", "$key"]] }],
    ["one of a field without its sign", { expiration, conditions: [...conditions, ["eq", "key", "a"]] }],
    ["one of a value that is no text", { expiration, conditions: [...conditions, { "x-amz-meta-a": 1 }] }],
    ["one of a condition that is no object", { expiration, conditions: [...conditions, null] }],
    ["one of a length below zero", { expiration, conditions: [["content-length-range", -1, 5]] }],
    ["one of a range with one end", { expiration, conditions: [["content-length-range", 1]] }],
  ])("%s", (_what, policy) => {
    expect(refusalOf({ policy })).toMatch(/^InvalidPolicyDocument: /);
  });
});
