import { expect, test } from "vitest";
import { type Cursor, decodeCursor, encodeCursor, sorts } from "./cursor.ts";

const base: Cursor = { sort: "newest", direction: "next", key: 1_793_347_472_041, id: 42 };

test("a cursor survives encoding, for every sort and direction", () => {
  for (const sort of sorts) {
    for (const direction of ["next", "previous"] as const) {
      const cursor = { ...base, sort, direction, key: sort === "newest" ? base.key : 1995 };
      expect(decodeCursor(encodeCursor(cursor))).toEqual(cursor);
    }
  }
});

test("a cursor is safe in a query string without escaping", () => {
  const text = encodeCursor(base);
  expect(encodeURIComponent(text)).toBe(text);
});

test.each([
  ["nothing", ""],
  ["plain words", "page-2"],
  ["an unknown sort", Buffer.from("rating.next.1.1").toString("base64url")],
  ["a negative id", Buffer.from("newest.next.1.-1").toString("base64url")],
  ["SQL", Buffer.from("newest.next.1.1;drop table products").toString("base64url")],
  ["an id beyond 32 bits", Buffer.from("newest.next.1.2147483648").toString("base64url")],
  ["a price beyond 32 bits", Buffer.from("price-asc.next.2147483648.1").toString("base64url")],
  ["a number with leading zeros", Buffer.from("newest.next.007.1").toString("base64url")],
  ["a padded cursor", `${encodeCursor(base)}=`],
])("%s is not a cursor", (_name, text) => {
  expect(decodeCursor(text)).toBeUndefined();
});
