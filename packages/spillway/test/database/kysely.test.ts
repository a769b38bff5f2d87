// Kysely over a SpillwayPool.

import { Kysely, PostgresDialect, type Transaction, sql } from "kysely";
import { DatabaseError, type Pool } from "pg";
import { describe } from "vitest";
import { ormContract } from "./orm-contract.ts";
import type { Orm, Session, Statements, TransactionKind, Traps } from "./orm.ts";

interface Tables {
  item: { id: number; value: number };
  answer: { id: number; port: number };
}

const raised = { value: sql<number>`item.value + 1` };

function statements(db: Kysely<Tables>): Statements {
  return {
    read: async (id) =>
      (await db.selectFrom("item").select("value").where("id", "=", id).executeTakeFirst())?.value,
    askPort: async () =>
      (await db.selectFrom("answer").select("port").where("id", "=", 1).executeTakeFirstOrThrow()).port,
    add: async (id, value) => void (await db.insertInto("item").values({ id, value }).execute()),
    set: async (id, value) =>
      void (await db.updateTable("item").set({ value }).where("id", "=", id).execute()),
    raw: async (text) => (await sql.raw<Record<string, unknown>>(text).execute(db)).rows,
  };
}

function traps(db: Kysely<Tables>): Traps {
  return {
    selectForUpdate: async (id) => {
      const locked = db.selectFrom("answer").select("port").where("id", "=", id).forUpdate();
      return (await locked.executeTakeFirstOrThrow()).port;
    },
    updateInsideWith: async (id) => {
      const changing = db.with("changed", (inside) =>
        inside.updateTable("item").set(raised).where("id", "=", id).returning("value"),
      );
      await changing.selectFrom("changed").select("value").execute();
    },
    updateAfterWith: async (id) => {
      const finding = db.with("found", (inside) =>
        inside.selectFrom("item").select("id").where("id", "=", id),
      );
      await finding
        .updateTable("item")
        .set(raised)
        .where("id", "in", (inside) => inside.selectFrom("found").select("id"))
        .execute();
    },
    upsert: async (id) => {
      const insert = db.insertInto("item").values({ id, value: 0 });
      await insert.onConflict((conflict) => conflict.column("id").doUpdateSet(raised)).execute();
    },
    rawReturning: async (id) => {
      const update = sql<{
        value: number;
      }>`UPDATE item SET value = value + 1 WHERE id = ${id} RETURNING value`;
      return (await update.execute(db)).rows[0]!.value;
    },
    nextTicket: async () => {
      const next = sql<string>`nextval('ticket')`.as("next");
      return Number((await db.selectFrom("item").select(next).limit(1).executeTakeFirstOrThrow()).next);
    },
    advisoryLock: async (key) => {
      const lock = sql`pg_advisory_xact_lock(${key})`.as("lock");
      const port = sql<number>`inet_server_port()`.as("port");
      return (await db.selectFrom("item").select([lock, port]).limit(1).executeTakeFirstOrThrow()).port;
    },
  };
}

function begin(db: Kysely<Tables>, kind?: TransactionKind): ReturnType<typeof db.transaction> {
  const plain = db.transaction();
  if (kind === undefined) return plain;
  const leveled = kind.startsWith("serializable") ? plain.setIsolationLevel("serializable") : plain;
  return kind.endsWith("read only") ? leveled.setAccessMode("read only") : leveled;
}

function openSession(db: Kysely<Tables>): Session {
  return {
    ...statements(db),
    ...traps(db),
    transaction: (work, kind) =>
      begin(db, kind).execute((inside: Transaction<Tables>) => work(statements(inside))),
    rollBackInner: async (outer, inner) => {
      const outside = await db.startTransaction().execute();
      await statements(outside).add(outer, 0);
      const inside = await outside.savepoint("inner").execute();
      await statements(inside).add(inner, 0);
      const after = await inside.rollbackToSavepoint("inner").execute();
      await after.commit().execute();
    },
    // Kysely hands on what the driver throws.
    isUniqueViolation: (error) => error instanceof DatabaseError && error.code === "23505",
    // Destroying it would end the pool, which the contract itself does.
    close: async () => undefined,
  };
}

const orm: Orm = {
  kinds: ["read only", "serializable", "serializable read only"],
  open: async (pool: Pool) => openSession(new Kysely({ dialect: new PostgresDialect({ pool }) })),
};

describe("kysely", () => {
  ormContract(orm);
});
