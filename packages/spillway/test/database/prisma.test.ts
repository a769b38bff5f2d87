// Prisma over a SpillwayPool.

import { PrismaPg } from "@prisma/adapter-pg";
import { describe } from "vitest";
import { ormContract } from "./orm-contract.ts";
import type { Orm, Session, Statements, Traps } from "./orm.ts";
import { type PrismaClient, type PrismaStatements, generateClient } from "./prisma-client.ts";

function statements(prisma: PrismaStatements): Statements {
  return {
    read: async (id) => (await prisma.item.findUnique({ where: { id } }))?.value,
    askPort: async () => (await prisma.answer.findUniqueOrThrow({ where: { id: 1 } })).port,
    add: async (id, value) => void (await prisma.item.create({ data: { id, value } })),
    set: async (id, value) => void (await prisma.item.update({ where: { id }, data: { value } })),
    raw: (text) => prisma.$queryRawUnsafe(text),
  };
}

/** Prisma has words of its own for the upsert only. */
function traps(prisma: PrismaStatements): Traps {
  return {
    selectForUpdate: async (id) => {
      const rows = await prisma.$queryRaw<{
        port: number;
      }>`SELECT port FROM answer WHERE id = ${id} FOR UPDATE`;
      return rows[0]!.port;
    },
    updateInsideWith: async (id) => {
      await prisma.$queryRaw`WITH changed AS (UPDATE item SET value = value + 1 WHERE id = ${id} RETURNING value)
        SELECT value FROM changed`;
    },
    updateAfterWith: async (id) => {
      await prisma.$queryRaw`WITH found AS (SELECT id FROM item WHERE id = ${id})
        UPDATE item SET value = value + 1 WHERE id IN (SELECT id FROM found)`;
    },
    upsert: async (id) => {
      await prisma.item.upsert({
        where: { id },
        create: { id, value: 0 },
        update: { value: { increment: 1 } },
      });
    },
    rawReturning: async (id) => {
      const rows = await prisma.$queryRaw<{ value: number }>`
        UPDATE item SET value = value + 1 WHERE id = ${id} RETURNING value`;
      return rows[0]!.value;
    },
    nextTicket: async () => {
      const rows = await prisma.$queryRaw<{
        next: bigint;
      }>`SELECT nextval('ticket') AS next FROM item LIMIT 1`;
      return Number(rows[0]!.next);
    },
    advisoryLock: async (key) => {
      const rows = await prisma.$queryRaw<{ port: number }>`
        SELECT pg_advisory_xact_lock(${key})::text, inet_server_port() AS port FROM item LIMIT 1`;
      return rows[0]!.port;
    },
  };
}

function transaction(prisma: PrismaClient): Session["transaction"] {
  return (work, kind) =>
    prisma.$transaction(
      (inside) => work(statements(inside)),
      kind === undefined ? undefined : { isolationLevel: "Serializable" },
    );
}

function rollBackInner(prisma: PrismaClient): Session["rollBackInner"] {
  return (outer, inner) =>
    prisma.$transaction(async (inside) => {
      await statements(inside).add(outer, 0);
      await inside.$executeRawUnsafe("SAVEPOINT inner_one");
      await statements(inside).add(inner, 0);
      await inside.$executeRawUnsafe("ROLLBACK TO SAVEPOINT inner_one");
    });
}

const orm: Orm = {
  kinds: ["serializable"],
  open: async (pool): Promise<Session> => {
    const { Prisma, PrismaClient } = await generateClient();
    const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
    return {
      ...statements(prisma),
      ...traps(prisma),
      transaction: transaction(prisma),
      rollBackInner: rollBackInner(prisma),
      isUniqueViolation: (error) =>
        error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2002",
      // It leaves a pool that it was given to its owner.
      close: () => prisma.$disconnect(),
    };
  },
};

describe("prisma", () => {
  ormContract(orm);
});
