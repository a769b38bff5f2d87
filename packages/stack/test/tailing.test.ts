// The app of a stack may follow the write-ahead log of its primary.

import { Client } from "pg";
import { afterAll, expect, test } from "vitest";
import { Project, shop, small } from "./helpers/project.ts";

/** It tells where its database is. */
const it = new Project({
  ...shop,
  "server.js": `import { createServer } from "node:http";
createServer((request, response) => response.end(process.env.DATABASE_URL)).listen(process.env.PORT);
`,
});

afterAll(() => it.remove());

/** As the app connects, or as the superuser. */
async function connected<T>(work: (client: Client) => Promise<T>, superuser?: string): Promise<T> {
  const { url } = await it.status();
  const address = new URL(await (await fetch(url!)).text());
  if (superuser !== undefined) Object.assign(address, { username: "postgres", password: superuser });
  const client = new Client({ connectionString: address.href });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** What `startTailer` does with the app's role at its first start. */
async function follow(client: Client): Promise<unknown> {
  await client.query("CREATE TABLE IF NOT EXISTS product (id int PRIMARY KEY)");
  await client.query("DROP PUBLICATION IF EXISTS trial");
  await client.query("CREATE PUBLICATION trial FOR TABLE product");
  await client.query("SELECT pg_create_logical_replication_slot('trial', 'pgoutput', true)");
  await client.query("SELECT pg_copy_logical_replication_slot('trial', 'trial_copy', true)");
  const { rows } = await client.query("SELECT current_setting('max_slot_wal_keep_size') AS bound");
  return rows;
}

test("the app may follow the WAL, which is kept for it within a bound, also in a stack that was made before", async () => {
  await it.succeed(["up", "--detach", ...small]);
  expect(await connected(follow)).toEqual([{ bound: "1GB" }]);
  const { postgres } = JSON.parse(it.read(".spillway/secrets.json")) as { postgres: string };
  await connected((client) => client.query("ALTER ROLE app NOREPLICATION"), postgres);
  await expect(connected(follow)).rejects.toThrow("permission denied");
  await it.succeed(["down"]);
  await it.succeed(["up", "--detach", ...small]);
  expect(await connected(follow)).toEqual([{ bound: "1GB" }]);
});
