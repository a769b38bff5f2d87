// What a statement is taken for.

import { describe, expect, test } from "vitest";
import { oracleStatements, volatileCalls } from "../../../test/database/analyse-oracle.ts";
import { analyse } from "./analyse.ts";

describe("the statements that a real server has judged", () => {
  test.each(oracleStatements.map(({ text, kind }) => [text, kind]))("%j: %s", (text, kind) => {
    expect(analyse(text).kind).toBe(kind);
  });

  test.each(volatileCalls)("$text asks for $calls", ({ text, calls }) => {
    expect(analyse(text)).toMatchObject({ kind: "read", functions: [calls], reason: undefined });
  });
});

test.each([
  ["select * from t for no key update skip locked", "locks rows (FOR NO KEY UPDATE)"],
  ["select * from t for share", "locks rows (FOR SHARE)"],
  ["select 1; select 2", "several statements"],
  ["select 'a\\d'", "a backslash in a string without E"],
  ["select nextval('s')", "calls nextval"],
  ["select pg_advisory_lock(1)", "takes an advisory lock (pg_advisory_lock)"],
  ["with x as (update t set a = 1 returning *) select * from x", "writes (UPDATE)"],
  ["create table t ()", "is no query (CREATE)"],
  ["explain analyze select 1", "runs what it explains (EXPLAIN ANALYZE)"],
  ["select * from pg_temp.t", "asks for temporary tables (pg_temp)"],
  ["select 'a", "cannot be read (something does not end)"],
  ["-- nothing", "is empty"],
])("%j: %s", (text, reason) => {
  expect(analyse(text)).toMatchObject({ kind: "other", reason, functions: [] });
});

test.each([
  ["(select 1) union (select 2)", "select"],
  ["values (1)", "select"],
  ["select * from t for update", "select"],
  ["insert into t select 1", "insert"],
  ["with x as (select 1) select * from x for update", "select"],
  ["with x as (select 1) update t set a = 1", "update"],
  ["with x as (delete from t returning *) insert into u select * from x", "insert"],
  ["with x as (select 1), y(a, b) as (delete from t returning *) select * from y", "delete"],
  [
    "with x as (insert into t values (1) on conflict (a) do update set a = 2 returning *) select * from x",
    "insert",
  ],
  ["with recursive x as (select 1) search depth first by a set b merge into t using x on true", "merge"],
  ["commit and chain", "commit"],
  ["rollback to savepoint a", "other"],
  ["explain select 1", "other"],
  ["delete from t; select 1", "other"],
  ["alter table t add a int", "other"],
])("the operation of %j is %s", (text, operation) => {
  expect(analyse(text).operation).toBe(operation);
});

test.each([
  "select pg_try_advisory_lock(1)",
  'select "pg_advisory_xact_lock"(1)',
  "insert into t values (pg_advisory_xact_lock(1))",
  "listen news",
  "UNLISTEN *",
  "set search_path to a",
  "reset all",
  "prepare p as select 1",
  "execute p",
  "deallocate p",
  "declare c cursor for select 1",
  "fetch all from c",
  "lock table t",
  "create temp table t (a int)",
  "create or replace local temporary view t as select 1",
  "select * from pg_temp.t",
  "select currval('s'), lastval()",
  "select set_config('a', 'b', true)",
  "select 1; listen news",
])("%j belongs to one session", (text) => {
  expect(analyse(text)).toMatchObject({ kind: "other", sessionBound: true });
});

test.each([
  "select 1",
  "set local statement_timeout = 5",
  "set transaction read only",
  "show work_mem",
  "create table listen (a int)",
  "begin read only",
  "select 'pg_advisory_lock(1)'",
])("%j belongs to no session", (text) => {
  expect(analyse(text).sessionBound).toBe(false);
});
