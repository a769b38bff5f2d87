// Statements with the kind they must be taken for, so that a real server can judge the judge.

import type { StatementKind } from "../../src/database/sql/analyse.ts";
import { oracleReads } from "./analyse-oracle-reads.ts";

export interface OracleStatement {
  text: string;
  kind: StatementKind;
  /** Whether a server that is read-only refuses it (25006, or a kindred code) when run alone. */
  writes: boolean;
}

/** Two small tables, and what may write unseen. Run it on the primary, as one text. */
export const oracleSchema = `
create table product (id int primary key, name text not null, price numeric(10, 2), "update" text, tags text[], doc jsonb, changed timestamptz default now());
create table sale (id bigserial primary key, product_id int references product, amount int, at timestamptz default now());
create sequence ticket;
create view cheap as select * from product where price < 10;
create view cheap_ids as select id from cheap;
create view counted as select nextval('ticket') as number;
create function next_ticket() returns bigint volatile language sql as $$ select nextval('ticket') $$;
create function doubled(int) returns int immutable language sql as $$ select $1 * 2 $$;
insert into product values (1, 'lamp', 9.5, 'x', '{a,b}', '{"a": [1, 2], "b": {"c": "d"}}'), (2, 'desk', 99, 'y', '{}', '{}');
insert into sale (product_id, amount) values (1, 3), (1, 4), (2, 5);
`;

const writes = [
  "insert into product (id, name) values (11, 'a')",
  "insert into product (id, name) values (12, 'a'), (13, 'b') on conflict (id) do update set name = excluded.name returning id",
  "insert into sale (product_id) select id from product",
  "update product set name = 'x' where id = 1",
  "delete from sale where id = 1 returning *",
  "merge into product p using sale s on p.id = s.product_id when matched then update set name = 'm'",
  "/* select */ delete from sale",
  "-- select\nupdate product set name = 'y'",
  "with x as (update product set name = 'z' returning *) select * from x",
  "with x as (select 1 as id) update product set name = 'w' from x where product.id = x.id",
  "with x as (insert into sale (product_id) values (1) returning id), y as (select * from x) select * from y",
  "with x as (delete from sale returning *) insert into sale select * from x",
  "with x(a, b) as materialized (select 1, 2), y as (delete from sale returning *) table x",
  "with x as (with y as (select 1) select * from y) delete from sale",
  "select * from product for update",
  "select * from product where id = 1 FOR UPDATE OF product SKIP LOCKED",
  "select * from product for share nowait",
  "select * from product for no key update",
  "select * from product for key share",
  "select * from (select id from product for no key update skip locked) x",
  "select id from product where id in (select id from product limit 1 for update skip locked)",
  "with x as (select * from product for update) select * from x",
  "select * from product for /* why */ update",
  "select * from product for\n-- why\nshare",
  "select * into copied from product",
  "select 1 as one into temp copied_too",
  "select nextval('ticket')",
  "SELECT NEXTVAL('ticket')",
  "select \"nextval\"('ticket')",
  "select pg_catalog.nextval ('ticket')",
  "select nextval/* spaced */('ticket')",
  "select setval('ticket', 5)",
  "select case when nextval('ticket') > 0 then 1 end",
  "select * from product where id = nextval('ticket')",
  "create table t1 (a int)",
  "create index on product (name)",
  "create view v1 as select 1",
  "create table t2 as select * from product",
  "create materialized view m1 as select 1",
  "create or replace function f1() returns int language sql as $$ select 1 $$",
  "alter table product add column extra int",
  "drop view cheap_ids",
  "truncate sale",
  "comment on table product is 'x'",
  "grant select on product to public",
  "analyze product",
  "vacuum product",
  "reindex table product",
  "explain analyze delete from sale",
  "explain (analyze, verbose) update product set name = 'e'",
  "explain (analyze true) insert into sale (product_id) values (1)",
  "do $$ begin perform nextval('ticket'); end $$",
  "lock table product in access exclusive mode",
  "notify news",
  "select pg_notify('news', 'x')",
  "copy sale from program 'true'",
  "alter sequence ticket restart",
  "insert into product (id, name) values (14, 'a'); select 1",
  "select 1; delete from sale",
  "select 1; drop table sale; --",
  'insert into "product" ("id", "name", "price") values (15, \'a\', default) returning "id"',
  'update "product" set "name" = \'b\' where "product"."id" = 1 returning "id", "name"',
  'INSERT INTO "public"."product" ("id","name") VALUES (16,\'c\') RETURNING "public"."product"."id"',
  'with "sq" as (delete from "sale" where "id" = 3 returning "id") select "id" from "sq"',
];

const elsewhere = [
  "select pg_advisory_lock(1)",
  "select pg_try_advisory_xact_lock(1, 2)",
  "select pg_advisory_unlock_all()",
  "select set_config('a.b', 'c', false)",
  "set statement_timeout = 1000",
  "set local statement_timeout = 1000",
  "reset statement_timeout",
  "show server_version",
  "prepare p1 as select 1",
  "deallocate all",
  "discard plans",
  "unlisten *",
  "explain analyze select 1",
  'explain ("analyze") select 1',
  "explain (analyze false) select 1",
  "select 'a\\b'",
  'select U&"n\\0061me" from product',
  "select 1; select 2",
  "begin read only; select 1",
  "checkpoint",
  "savepoint s1",
  "release savepoint s1",
  "rollback to savepoint s1",
  "rollback to s1",
  "rollback prepared 'x'",
  "commit prepared 'x'",
  "prepare transaction 'x'",
  "commit and chain",
  "rollback and chain",
  "select update from (select 1 as update) x",
  "call missing()",
  "fetch next from c1",
  "declare c1 cursor for select 1",
  "",
  " -- nothing\n;",
  "select 'open",
  'select "open',
  "select $$ open",
  "select 1 /* open /* */",
  "select 1into t9",
  "selec 1",
];

const transactions: readonly (readonly [string, StatementKind])[] = [
  ["begin", "begin"],
  ["BEGIN;", "begin"],
  ["begin work", "begin"],
  ["begin transaction isolation level serializable", "begin"],
  ["start transaction", "begin"],
  ["start transaction isolation level read committed, read write, not deferrable", "begin"],
  ["begin isolation level serializable read only deferrable", "begin"],
  ["begin read only, read write", "begin"],
  ["start transaction read only", "begin-read-only"],
  ["begin read only", "begin-read-only"],
  ["/* app */ begin /* x */ read -- y\n only;", "begin-read-only"],
  ["begin isolation level repeatable read, read only", "begin-read-only"],
  ["begin isolation level repeatable read read only", "begin-read-only"],
  ["start transaction read only, isolation level read uncommitted deferrable", "begin-read-only"],
  ["commit", "commit"],
  ["COMMIT WORK;", "commit"],
  ["end transaction and no chain", "commit"],
  ["rollback", "rollback"],
  ["abort", "rollback"],
  ["rollback work and no chain", "rollback"],
];

export const oracleStatements: readonly OracleStatement[] = [
  ...oracleReads.map((text) => ({ text, kind: "read" as const, writes: false })),
  ...writes.map((text) => ({ text, kind: "other" as const, writes: true })),
  ...elsewhere.map((text) => ({ text, kind: "other" as const, writes: false })),
  ...transactions.map(([text, kind]) => ({ text, kind, writes: false })),
];

/** Reads by their text; the named function, which the catalogue calls volatile, writes. */
export const volatileCalls: readonly { text: string; calls: string }[] = [
  { text: "select next_ticket()", calls: "next_ticket" },
  { text: "select Next_Ticket ()", calls: "next_ticket" },
  { text: 'select public."next_ticket"()', calls: "next_ticket" },
  { text: "select * from next_ticket() as t(n)", calls: "next_ticket" },
  { text: "select * from product, lateral next_ticket() n", calls: "next_ticket" },
  { text: "select distinct on (id) next_ticket() from product", calls: "next_ticket" },
  { text: "with next_ticket(a) as (select 1) select next_ticket() from next_ticket", calls: "next_ticket" },
];

/** Reads by their text, and nothing in it tells otherwise: only the server refuses them. */
export const hiddenWrites: readonly string[] = ["select * from counted", "select number + 1 from counted"];
