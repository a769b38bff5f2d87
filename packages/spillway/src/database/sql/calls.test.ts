// Which functions a read calls.

import { expect, test } from "vitest";
import { analyse } from "./analyse.ts";

test.each<[text: string, functions: string[]]>([
  ["select Lower(a), upper (b), lower(c)", ["lower", "upper"]],
  ['select "myFunction"(1), public.Other(2), "s"."third"(3)', ["myFunction", "other", "third"]],
  ["select public.coalesce(1), public.values(2)", ["coalesce", "values"]],
  ["select distinct on (a) f(b)", ["f"]],
  ["select a operator(pg_catalog.+) g(b)", ["operator", "g"]],
  ["select other.random(), pg_catalog.random(), random()", ["random"]],
  ["select count(*) filter (where f(a)) over (partition by (g(b)))", ["count", "f", "g"]],
  [
    "select over(1), filter(2), sets(3), cube(4), materialized(5)",
    ["over", "filter", "sets", "cube", "materialized"],
  ],
  ["select * from t order by cube(a)", ["cube"]],
  ["select left(a, 1), right(b, 2), like(c, d)", ["left", "right", "like"]],
  ["select * from t where not exists (select f(1))", ["f"]],
  ["select * from a, f(x) as (values int)", ["f"]],
  ["with t(a) as (select 1), u(b) as (select t(2)) select u(3)", ["t", "u"]],
])("%j calls %j", (text, functions) => {
  expect(analyse(text)).toMatchObject({ kind: "read", functions });
});

test.each([
  "with t(a, b) as (select 1, 2), u(c) as not materialized (select 3) select * from t, u",
  "select * from (select 1) t(a), (values (1)) as u(b)",
  'select * from "a" "t" ("b") left join (select 1) c on (true)',
  "select a::geometry(point, 4326), b::public.kind(3), cast(c as numeric(10, 2))",
  "select * from a tablesample system (10) repeatable (4)",
  "select row(1), array(select 1), coalesce(a, b) in (1), (a, b) = any (select 1, 2) from t",
  "select a from t group by grouping sets ((a), ()) having (true)",
  "select current_timestamp(3), interval(3) '1 s', random(), gen_random_uuid(), pg_sleep(1)",
  "select * from json_table('[]', '$' columns (a int path '$', nested path '$' columns (b int path '$')))",
  "explain (costs off, format json) select 1",
])("%j calls nothing", (text) => {
  expect(analyse(text)).toMatchObject({ kind: "read", functions: [] });
});
