import { expect, test } from "vitest";
import { encodeCursor } from "../catalogue/cursor.ts";
import { parseListing } from "./listing.ts";

const parse = (query: string) => parseListing(new URLSearchParams(query));
const wrongFields = (query: string) => {
  const parsed = parse(query);
  return parsed.ok ? [] : Object.keys(parsed.errors);
};

test("an empty query asks for the newest 24 of all categories", () => {
  expect(parse("")).toEqual({
    ok: true,
    value: { category: undefined, cursor: undefined, limit: 24 },
  });
});

test("a cursor of the listing is accepted, one of another order is not", () => {
  const cursor = { direction: "next", key: 1, id: 1 } as const;
  expect(wrongFields(`cursor=${encodeCursor({ ...cursor, sort: "newest" })}`)).toEqual([]);
  expect(wrongFields(`cursor=${encodeCursor({ ...cursor, sort: "price-asc" })}`)).toEqual(["cursor"]);
  expect(wrongFields("cursor=made-up")).toEqual(["cursor"]);
});

test.each(["0", "101", "1.5", "ten", "", "-1"])("a limit of %j is refused", (limit) => {
  expect(wrongFields(`limit=${limit}`)).toEqual(["limit"]);
});
