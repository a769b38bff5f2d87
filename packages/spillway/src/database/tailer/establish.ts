// Makes the publication and the slot. Whatever a slot has not kept may be cached, so that all caches are emptied
// between the making of a slot and its first use.

import { randomBytes } from "node:crypto";
import { type ClientBase, escapeIdentifier } from "pg";
import type { InvalidationLog } from "../../coherence/log.ts";
import type { Findings } from "./inspect.ts";
import type { RuledTable } from "./rules.ts";

export interface Wanted {
  /** Also the name of the publication. */
  slot: string;
  logs: readonly InvalidationLog[];
}

/** Every step can be the last one of this process: until all are done, the next one begins again. */
export async function establish(client: ClientBase, found: Findings, { slot, logs }: Wanted): Promise<void> {
  let { slot: state } = found;
  if (!found.isPublished) {
    // What a slot has kept is decoded by the publication of its time, and that one did not have these tables.
    if (state !== "missing") await drop(client, slot);
    state = "missing";
    await publish(client, slot, found.tables);
  }
  if (state === "free") return;
  if (state === "lost") await drop(client, slot);
  await makeSlot(client, { slot, logs });
}

async function publish(client: ClientBase, name: string, tables: readonly RuledTable[]): Promise<void> {
  const listed = tables.map((table) => `${escapeIdentifier(table.schema)}.${escapeIdentifier(table.name)}`);
  const of = listed.length === 0 ? "" : `FOR TABLE ${listed.join(", ")}`;
  await client.query("BEGIN");
  try {
    await client.query(`DROP PUBLICATION IF EXISTS "${name}"`);
    const options = ["publish_via_partition_root = true"];
    // Without it a table with REPLICA IDENTITY FULL and a generated column could be updated no more (from 18 on).
    if (await hasGeneratedColumns(client)) options.push("publish_generated_columns = stored");
    await client.query(`CREATE PUBLICATION "${name}" ${of} WITH (${options.join(", ")})`);
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

async function hasGeneratedColumns(client: ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ known: boolean }>(
    "SELECT current_setting('server_version_num')::int >= 180000 AS known",
  );
  return rows[0]!.known;
}

/**
 * The slot gets its name when the caches are empty: a temporary one, which ends with this connection, keeps the WAL
 * until then.
 */
async function makeSlot(client: ClientBase, { slot, logs }: Wanted): Promise<void> {
  const temporary = `${slot.slice(0, 50)}_${randomBytes(4).toString("hex")}`;
  // It waits for all transactions that run now, and shall not go on when this process has ended meanwhile.
  await client.query("SET statement_timeout = 0");
  await client.query("SET client_connection_check_interval = '1s'");
  await client.query("SELECT pg_create_logical_replication_slot($1, 'pgoutput', true)", [temporary]);
  try {
    await Promise.all(logs.map((log) => log.renew()));
    await client.query("SELECT pg_copy_logical_replication_slot($1, $2, false)", [temporary, slot]);
  } finally {
    await drop(client, temporary).catch(() => undefined);
  }
}

async function drop(client: ClientBase, slot: string): Promise<void> {
  const dropped = "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = $1";
  await client.query(dropped, [slot]);
}
