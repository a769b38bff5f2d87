/** What the release scripts share: one connection, one script at a time. */
import { Client } from "pg";

/**
 * Opens one connection to `DATABASE_URL`, hands it to `work` and closes it.
 * A single client and no pool: an advisory lock belongs to a connection.
 */
export async function withConnection<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const connectionString = process.env["DATABASE_URL"];
  if (!connectionString) {
    throw new Error("DATABASE_URL is not set. Give the address of the primary database.");
  }
  const client = new Client({ connectionString, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/**
 * Runs `work` while no other script holds the lock `name`; waits its turn.
 * The lock is freed with the connection, so a killed script leaves nothing behind
 * (PostgreSQL manual, 13.3.5 Advisory Locks).
 */
export async function exclusively(client: Client, name: string, work: () => Promise<void>): Promise<void> {
  await client.query("select pg_advisory_lock(hashtextextended($1, 0))", [`store:${name}`]);
  try {
    await work();
  } finally {
    await client.query("select pg_advisory_unlock(hashtextextended($1, 0))", [`store:${name}`]);
  }
}

/** Runs `work` in one transaction. */
export async function inTransaction(client: Client, work: () => Promise<void>): Promise<void> {
  await client.query("begin");
  try {
    await work();
    await client.query("commit");
  } catch (error) {
    await client.query("rollback");
    throw error;
  }
}
