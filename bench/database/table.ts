// The table of all figures: the one that the Prisma schema of the tests has.

import { integer, pgTable } from "drizzle-orm/pg-core";
import type { Cluster } from "../../testing/postgres-cluster.ts";

/** Rows that are read; higher ids are free. */
export const rows = 1_000;

export const item = pgTable("item", { id: integer().primaryKey(), value: integer().notNull() });

export const selectText = "SELECT id, value FROM item WHERE id = $1";

/** Ids of the rows one after another. */
export function idOf(turn: number): number {
  return (turn % rows) + 1;
}

export async function makeTable(cluster: Cluster): Promise<void> {
  await cluster.primary.query(`
    SET ROLE app;
    CREATE TABLE item (id int PRIMARY KEY, value int NOT NULL);
    INSERT INTO item SELECT id, 0 FROM generate_series(1, ${rows}) AS id;
  `);
  await cluster.primary.query("VACUUM ANALYZE item");
  await cluster.waitForCatchup();
}
