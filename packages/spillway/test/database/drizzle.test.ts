// Drizzle over a SpillwayPool.

import { DrizzleQueryError, eq, sql } from "drizzle-orm";
import { type NodePgDatabase, drizzle } from "drizzle-orm/node-postgres";
import { integer, pgTable, pgView } from "drizzle-orm/pg-core";
import { describe } from "vitest";
import { ormContract } from "./orm-contract.ts";
import type { Orm, Session, Statements, TransactionKind, Traps } from "./orm.ts";

const item = pgTable("item", { id: integer().primaryKey(), value: integer().notNull() });
const answer = pgView("answer", { id: integer().notNull(), port: integer().notNull() }).existing();
const raised = { value: sql`${item.value} + 1` };

type Database = Pick<NodePgDatabase, "select" | "insert" | "update" | "execute">;

function statements(db: Database): Statements {
  return {
    read: async (id) => (await db.select().from(item).where(eq(item.id, id)))[0]?.value,
    askPort: async () => (await db.select().from(answer).where(eq(answer.id, 1)))[0]!.port,
    add: async (id, value) => void (await db.insert(item).values({ id, value })),
    set: async (id, value) => void (await db.update(item).set({ value }).where(eq(item.id, id))),
    raw: async (text) => (await db.execute(sql.raw(text))).rows,
  };
}

function traps(db: NodePgDatabase): Traps {
  return {
    selectForUpdate: async (id) =>
      (await db.select().from(answer).where(eq(answer.id, id)).for("update"))[0]!.port,
    updateInsideWith: async (id) => {
      const changed = db.$with("changed").as(db.update(item).set(raised).where(eq(item.id, id)).returning());
      await db.with(changed).select().from(changed);
    },
    updateAfterWith: async (id) => {
      const found = db.$with("found").as(db.select().from(item).where(eq(item.id, id)));
      await db
        .with(found)
        .update(item)
        .set(raised)
        .where(eq(item.id, sql`(select id from ${found})`));
    },
    upsert: async (id) => {
      await db.insert(item).values({ id, value: 0 }).onConflictDoUpdate({ target: item.id, set: raised });
    },
    rawReturning: async (id) => {
      const { rows } = await db.execute<{ value: number }>(
        sql`UPDATE item SET value = value + 1 WHERE id = ${id} RETURNING value`,
      );
      return rows[0]!.value;
    },
    nextTicket: async () => {
      const next = sql<string>`nextval('ticket')`;
      return Number((await db.select({ next }).from(item).limit(1))[0]!.next);
    },
    advisoryLock: async (key) => {
      const lock = sql`pg_advisory_xact_lock(${key})`;
      const port = sql<number>`inet_server_port()`;
      return (await db.select({ lock, port }).from(item).limit(1))[0]!.port;
    },
  };
}

const settings = {
  "read only": { accessMode: "read only" },
  serializable: { isolationLevel: "serializable" },
  "serializable read only": { accessMode: "read only", isolationLevel: "serializable" },
} as const satisfies Record<TransactionKind, object>;

class RollBack extends Error {}

const orm: Orm = {
  kinds: ["read only", "serializable", "serializable read only"],
  open: async (pool): Promise<Session> => {
    const db = drizzle(pool);
    return {
      ...statements(db),
      ...traps(db),
      transaction: (work, kind) =>
        db.transaction((inside) => work(statements(inside)), kind === undefined ? undefined : settings[kind]),
      rollBackInner: (outer, inner) =>
        db.transaction(async (outside) => {
          await statements(outside).add(outer, 0);
          const nested = outside.transaction(async (inside) => {
            await statements(inside).add(inner, 0);
            throw new RollBack();
          });
          await nested.catch((error: unknown) => {
            if (!(error instanceof RollBack)) throw error;
          });
        }),
      isUniqueViolation: (error) =>
        error instanceof DrizzleQueryError && (error.cause as { code?: string }).code === "23505",
      close: async () => undefined,
    };
  },
};

describe("drizzle", () => {
  ormContract(orm);
});
