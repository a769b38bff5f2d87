/** The connection to Postgres: one pool per process. */
import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import { Pool } from "pg";
import { once } from "../once.ts";

export type Database = NodePgDatabase & { $client: Pool };

/** Connections per process. N processes take N times as many of Postgres's `max_connections`. */
const MAX_CONNECTIONS = 10;
/** How long a request waits for a free connection before it fails, rather than queue for ever. */
const CONNECTION_TIMEOUT_MS = 5_000;
/** No page needs longer; what does is a mistake that must not hold a connection. */
const STATEMENT_TIMEOUT_MS = 10_000;

function connect(): Database {
  const connectionString = process.env["DATABASE_URL"];
  if (!connectionString) {
    throw new Error("DATABASE_URL is not set. Give the address of the primary database.");
  }
  const pool = new Pool({
    connectionString,
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: CONNECTION_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    application_name: process.env["INSTANCE_ID"] ?? "store",
  });
  // An idle connection that breaks is replaced by the pool; unheard, the event would end the process.
  pool.on("error", (error) => console.error("An idle database connection broke:", error.message));
  return drizzle({ client: pool });
}

/** Opens nothing until the first query, so a build needs no database. */
export const database: () => Database = once("database", connect);
