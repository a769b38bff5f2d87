import { expect, it } from "vitest";
import { adviceFor } from "./repeats.ts";

const once = "collect the values and run once: ";

it("turns the last comparison with one value into one with all values", () => {
  expect(adviceFor("select * from line where shop = $1 and order_id = $2")).toBe(
    `${once}select * from line where shop = $1 and order_id = any($2)`,
  );
  expect(adviceFor('select "v" from "item" where "item"."id" = $1 order by v')).toBe(
    `${once}select "v" from "item" where "item"."id" = any($1) order by v`,
  );
  expect(adviceFor("select * from line where id = ?")).toBe(`${once}select * from line where id = any($1)`);
});

it("leaves out the limit of a query for one row", () => {
  expect(adviceFor("select v from item where id = $1 LIMIT $2 OFFSET $3")).toBe(
    `${once}select v from item where id = any($1)`,
  );
  expect(adviceFor("select v from item where id = $1 limit ?")).toBe(
    `${once}select v from item where id = any($1)`,
  );
});

it("says what can be done where nothing is compared with one value", () => {
  const advice = "join it to the query that gives its values, or read all rows at once";
  expect(adviceFor("select count(*) from item where id > $1")).toBe(advice);
});
