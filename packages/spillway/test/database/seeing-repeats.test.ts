// The finder of queries that a request runs once per row: which line it names, and what it leaves alone.

import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { PrismaPg } from "@prisma/adapter-pg";
import { eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import { integer, pgTable } from "drizzle-orm/pg-core";
import { Kysely, PostgresDialect } from "kysely";
import { describe, expect, it } from "vitest";
import { runInScope } from "../../src/coherence/index.ts";
import { Scope, runInThisScope } from "../../src/coherence/scope.ts";
import type { RepeatedQuery, SpillwayPool, SpillwayPoolConfig } from "../../src/database/index.ts";
import { generateClient } from "./prisma-client.ts";
import { seenCluster } from "./seen-cluster.ts";

const seen = seenCluster();
const thisFile = fileURLToPath(import.meta.url);
const select = "SELECT value FROM item WHERE id = $1";
const item = pgTable("item", { id: integer().primaryKey(), value: integer().notNull() });

interface Watched {
  pool: SpillwayPool;
  reports: RepeatedQuery[];
}

async function startWatched(config: SpillwayPoolConfig = {}): Promise<Watched> {
  const reports: RepeatedQuery[] = [];
  const pool = await seen.startPool({ onRepeatedQuery: (report) => void reports.push(report), ...config });
  return { pool, reports };
}

/** The line of this file that ends with the comment `// <marker>`, as the finder writes it, but for the column. */
function lineOf(marker: string): string {
  const lines = readFileSync(thisFile, "utf8").split("\n");
  return `${thisFile}:${lines.findIndex((line) => line.endsWith(`// ${marker}`)) + 1}`;
}

/** Runs `ask` so often in one request, one after another. */
function times(count: number, ask: (id: number) => Promise<unknown>): Promise<void> {
  return runInScope(async () => {
    for (let id = 1; id <= count; id++) await ask(id);
  });
}

/** What was reported, with the SQL of all ORMs brought into one form. */
function found(reports: readonly RepeatedQuery[]): object[] {
  return reports.map(({ site, count, sql }) => ({
    line: site?.replace(/:\d+$/, ""),
    count,
    sql: sql.replaceAll(/(?:"public"\.)?"item"\.|"/g, "").replace(/^.* where /i, "where "),
  }));
}

/** The one report of a loop over items by their id, on the line that is marked so. */
function loopOn(marker: string): object {
  return { line: lineOf(marker), count: 10, sql: expect.stringMatching(/^where id = \$1/) };
}

describe("a loop of twelve reads in one request is reported once, with its line", () => {
  it("through the pool", async () => {
    const { pool, reports } = await startWatched();
    await times(12, async (id) => {
      await pool.query(select, [id]); // pool
    });
    expect(found(reports)).toEqual([loopOn("pool")]);
    expect(reports[0]!.advice).toBe(
      "collect the values and run once: SELECT value FROM item WHERE id = any($1)",
    );
  });

  it("through the pool, all at the same time", async () => {
    const { pool, reports } = await startWatched();
    const ids = Array.from({ length: 12 }, (_, id) => id);
    await runInScope(async () => {
      await Promise.all(ids.map((id) => pool.query(select, [id]))); // all
    });
    expect(found(reports)).toEqual([loopOn("all")]);
  });

  it("through a client, in a transaction and outside", async () => {
    const { pool, reports } = await startWatched();
    const client = await pool.connect();
    await times(12, async (id) => {
      await client.query(select, [id]); // client
    });
    await times(12, async (id) => {
      if (id === 1) await client.query("BEGIN");
      await client.query(select, [id]); // transaction
      if (id === 12) await client.query("COMMIT");
    });
    client.release();
    expect(found(reports)).toEqual([loopOn("client"), loopOn("transaction")]);
  });

  it("through Drizzle", async () => {
    const { pool, reports } = await startWatched();
    const database = drizzle({ client: pool });
    await times(12, async (id) => {
      await database.select().from(item).where(eq(item.id, id)); // drizzle
    });
    expect(found(reports)).toEqual([loopOn("drizzle")]);
    expect(reports[0]!.advice).toMatch(/where "item"\."id" = any\(\$1\)$/);
  });

  it("through Kysely", async () => {
    const { pool, reports } = await startWatched();
    const dialect = new PostgresDialect({ pool });
    const database = new Kysely<{ item: { id: number; value: number } }>({ dialect });
    await times(12, async (id) => {
      await database.selectFrom("item").select("value").where("id", "=", id).execute(); // kysely
    });
    expect(found(reports)).toEqual([loopOn("kysely")]);
    expect(reports[0]!.advice).toMatch(/where "id" = any\(\$1\)$/);
  });

  it("through Prisma", async () => {
    const { pool, reports } = await startWatched();
    const { PrismaClient } = await generateClient();
    const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
    const { item: items } = prisma as unknown as { item: { findFirst(query: object): Promise<unknown> } };
    await times(12, async (id) => {
      await items.findFirst({ where: { id } }); // prisma
    });
    await prisma.$disconnect();
    expect(found(reports)).toEqual([loopOn("prisma")]);
    expect(reports[0]!.advice).toMatch(/"id" = any\(\$1\)$/);
  });
});

describe("what is reported", () => {
  it("says the route of the request", async () => {
    const { pool, reports } = await startWatched();
    await runInThisScope(new Scope({ route: () => "/orders/[id]" }), async () => {
      for (let id = 1; id <= 12; id++) await pool.query(select, [id]);
    });
    expect(reports.map(({ route }) => route)).toEqual(["/orders/[id]"]);
  });

  it("is not reported a second time, in another request", async () => {
    const { pool, reports } = await startWatched();
    const request = (): Promise<void> => times(12, (id) => pool.query(select, [id]));
    await request();
    await request();
    expect(reports).toHaveLength(1);
  });

  it("comes at another count if that is set, and never at 0", async () => {
    const early = await startWatched({ repeatedQueryLimit: 4 });
    await times(12, (id) => early.pool.query(select, [id]));
    expect(early.reports.map(({ count }) => count)).toEqual([4]);
    const never = await startWatched({ repeatedQueryLimit: 0 });
    await times(50, (id) => never.pool.query(select, [id]));
    expect(never.reports).toEqual([]);
  });

  it("is a warning if nobody takes it, without a value in it", async () => {
    const pool = await seen.startPool();
    const warned = once(process, "warning");
    const text = "SELECT value FROM item WHERE value <> 8765432 AND id = $1";
    await times(12, (id) => pool.query(text, [id]));
    const [warning] = (await warned) as [Error & { code: string }];
    expect(warning.code).toBe("SPILLWAY_DATABASE_REPEATED_QUERY");
    expect(warning.message).toContain("id = any($1)");
    expect(warning.message).toContain(`${thisFile}:`);
    expect(warning.message).not.toContain("8765432");
  });
});

describe("nothing is reported", () => {
  it("outside of a request", async () => {
    const { pool, reports } = await startWatched();
    for (let id = 1; id <= 12; id++) await pool.query(select, [id]);
    expect(reports).toEqual([]);
  });

  it("for nine reads, in each of two requests", async () => {
    const { pool, reports } = await startWatched();
    await times(9, (id) => pool.query(select, [id]));
    await times(9, (id) => pool.query(select, [id]));
    expect(reports).toEqual([]);
  });

  it("for twelve different statements", async () => {
    const { pool, reports } = await startWatched();
    await times(12, (id) => pool.query(`SELECT value AS value_${id} FROM item WHERE id = $1`, [id]));
    expect(reports).toEqual([]);
  });

  it("for writes", async () => {
    const { pool, reports } = await startWatched();
    await times(12, (id) => pool.query("UPDATE item SET value = 0 WHERE id = $1", [id]));
    expect(reports).toEqual([]);
  });
});
