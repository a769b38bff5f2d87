/** The connection to Postgres: one pool per process, over the primary and its replicas. */
import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import { SpillwayPool } from "spillway/database";
import { once } from "../once.ts";

export type Database = NodePgDatabase & { $client: SpillwayPool };

function connect(): Database {
  // The addresses come from DATABASE_URL and DATABASE_REPLICA_URLS; the name shows in pg_stat_activity.
  const pool = new SpillwayPool({ application_name: process.env["INSTANCE_ID"] ?? "store" });
  return drizzle({ client: pool });
}

/** What a transaction's work is given: the tables, and the cached values that its commit ends. */
export interface Changes {
  db: NodePgDatabase;
  invalidate: (...tags: string[]) => void;
}

/** One transaction on the primary. What it invalidates ends with its commit, everywhere. */
export function change<T>(work: (changes: Changes) => Promise<T>): Promise<T> {
  return database().$client.transaction((tx) =>
    work({ db: drizzle({ client: tx }), invalidate: (...tags) => tx.invalidate(...tags) }),
  );
}

/** Opens nothing until the first query, so a build needs no database. */
export const database: () => Database = once("database", connect);
