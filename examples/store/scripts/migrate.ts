/** Brings the database to the schema of this version: `node scripts/migrate.ts`. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Client } from "pg";
import { exclusively, withConnection } from "./database.ts";
import { progress } from "./progress.ts";

const folder = new URL("../drizzle/", import.meta.url);

async function newestMigration(): Promise<number> {
  const journal = JSON.parse(await readFile(new URL("meta/_journal.json", folder), "utf8")) as {
    entries: { when: number }[];
  };
  return Math.max(...journal.entries.map((entry) => entry.when));
}

async function appliedMigration(client: Client): Promise<number> {
  const table = await client.query("select to_regclass('drizzle.__drizzle_migrations') as name");
  if (table.rows[0].name === null) return 0;
  const { rows } = await client.query(
    "select coalesce(max(created_at), 0) as newest from drizzle.__drizzle_migrations",
  );
  return Number(rows[0].newest);
}

/** Drizzle is loaded only when there is work: its import alone takes longer than the whole check. */
async function applyMigrations(client: Client): Promise<void> {
  const [{ drizzle }, { migrate }] = await Promise.all([
    import("drizzle-orm/node-postgres"),
    import("drizzle-orm/node-postgres/migrator"),
  ]);
  await migrate(drizzle({ client }), { migrationsFolder: fileURLToPath(folder) });
}

await withConnection(async (client) => {
  const newest = await newestMigration();
  const upToDate = async () => (await appliedMigration(client)) >= newest;
  if (await upToDate()) return;
  await exclusively(client, "migrate", async () => {
    // Another script may have done the work while this one waited for the lock.
    if (await upToDate()) return;
    const report = progress("schema", 1);
    report(0);
    await applyMigrations(client);
    report(1);
  });
});
