// Looks at what a primary has of what a tailer needs, and changes nothing.

import type { ClientBase } from "pg";
import { SpillwayError } from "../../errors.ts";
import type { Server } from "../servers/server.ts";
import type { RuledTable } from "./rules.ts";

export interface Findings {
  slot: "missing" | "taken" | "lost" | "free";
  tables: readonly RuledTable[];
  /** Whether the publication is as the rules want it. */
  isPublished: boolean;
  /** Nothing limits the WAL that the slot keeps while nobody reads it. */
  isUnbounded: boolean;
}

interface Row {
  wal_level: string;
  version: number;
  keep: string;
  standbys: string;
  database: string;
  slot: {
    slot_type: string;
    plugin: string | null;
    database: string | null;
    active: boolean;
    wal_status: string | null;
  } | null;
}

/** As which the tailer is known to the server. */
export const applicationName = "spillway-tailer";

/** From version 19 on the server turns logical decoding on with the first slot. */
const decodesByItself = 190_000;

const query = `SELECT
  current_setting('wal_level') AS wal_level,
  current_setting('server_version_num')::int AS version,
  current_setting('max_slot_wal_keep_size') AS keep,
  current_setting('synchronous_standby_names') AS standbys,
  current_database() AS database,
  (SELECT row_to_json(slot) FROM pg_replication_slots AS slot WHERE slot_name = $1) AS slot`;

interface TableRow {
  key: string;
  schema: string;
  name: string;
  kind: string;
  has_identity: boolean;
  is_even: boolean;
}

/**
 * Names are taken as they are written, without folding to lower case. Without a schema that table is meant which
 * statements see. A table that cannot tell its rows apart would refuse updates from the moment it is published. Of a
 * partitioned table the changes of all parts come as its own (publish_via_partition_root).
 */
const tablesQuery = `SELECT key, nspname AS schema, relname AS name, relkind::text AS kind,
  relreplident = 'f' OR EXISTS (SELECT FROM pg_index WHERE indrelid = pg_class.oid
    AND CASE relreplident WHEN 'i' THEN indisreplident WHEN 'd' THEN indisprimary END) AS has_identity,
  NOT EXISTS (SELECT FROM pg_partition_tree(pg_class.oid) AS part JOIN pg_class AS leaf ON leaf.oid = part.relid
    WHERE part.isleaf AND leaf.relreplident <> pg_class.relreplident) AS is_even
FROM unnest($1::text[]) AS key
JOIN (pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace)
  ON key = nspname || '.' || relname OR (key = relname AND pg_table_is_visible(pg_class.oid))
WHERE relkind NOT IN ('i', 'I', 'S', 't', 'c')`;

/** The tables of the publication, each in the form of `RuledTable`, if it is one that we could have made. */
const publicationQuery = `SELECT nspname AS schema, relname AS name
FROM pg_publication
LEFT JOIN pg_publication_rel ON prpubid = pg_publication.oid
LEFT JOIN pg_class ON pg_class.oid = prrelid
LEFT JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE pubname = $1 AND pubviaroot AND pubinsert AND pubupdate AND pubdelete AND pubtruncate
  AND coalesce(to_jsonb(pg_publication) ->> 'pubgencols', 's') = 's'
  AND to_jsonb(pg_publication_rel) ->> 'prqual' IS NULL AND to_jsonb(pg_publication_rel) ->> 'prattrs' IS NULL`;

/** Throws coded errors for what has to be mended. */
export async function inspect(
  client: ClientBase,
  server: Server,
  { slot, keys }: { slot: string; keys: readonly string[] },
): Promise<Findings> {
  const { rows } = await client.query<Row>(query, [slot]);
  const row = rows[0] as Row;
  const { wal_level: found, version, keep, standbys } = row;
  if (found !== "logical" && version < decodesByItself)
    throw new SpillwayError("SPILLWAY_TAILER_WAL_LEVEL", { server: server.label, found });
  // Commits would wait for the tailer, which waits for them to be visible.
  if (standbys.includes("*") || standbys.toLowerCase().includes(applicationName))
    throw new SpillwayError("SPILLWAY_TAILER_SYNCHRONOUS", { server: server.label });
  const state = slotState(row, slot);
  const tables = await findTables(client, keys);
  return {
    slot: state,
    tables,
    isPublished: await isPublished(client, slot, tables),
    isUnbounded: keep === "-1",
  };
}

/** Like `inspect` for whether another has the slot, without the rest. */
export async function isTaken(client: ClientBase, slot: string): Promise<boolean> {
  const active = "SELECT FROM pg_replication_slots WHERE slot_name = $1 AND active";
  return (await client.query(active, [slot])).rowCount === 1;
}

function slotState({ slot: found, database }: Row, slot: string): Findings["slot"] {
  if (found === null) return "missing";
  const { slot_type: type, plugin, active } = found;
  if (type !== "logical" || plugin !== "pgoutput")
    throw new SpillwayError("SPILLWAY_TAILER_SLOT", {
      slot,
      found: `a ${type} slot of ${plugin ?? "no plugin"}`,
    });
  if (found.database !== database)
    throw new SpillwayError("SPILLWAY_TAILER_SLOT", { slot, found: `one of database ${found.database}` });
  if (active) return "taken";
  return found.wal_status === "lost" ? "lost" : "free";
}

async function findTables(client: ClientBase, keys: readonly string[]): Promise<RuledTable[]> {
  const { rows } = await client.query<TableRow>(tablesQuery, [keys]);
  return keys.map((key) => {
    const found = rows.find((row) => row.key === key);
    const problem = problemOfTable(found);
    if (problem !== undefined) throw new SpillwayError("SPILLWAY_TAILER_TABLE", { table: key, problem });
    const { schema, name } = found as TableRow;
    return { key, schema, name };
  });
}

function problemOfTable(found: TableRow | undefined): string | undefined {
  if (found === undefined) return "does not exist";
  if (found.kind !== "r" && found.kind !== "p") return "is not a table";
  if (!found.has_identity)
    return "has no primary key and no REPLICA IDENTITY, so its updates would be refused";
  return found.is_even ? undefined : "has parts with another REPLICA IDENTITY than its own";
}

/** Not so any more when one of the tables was dropped and made anew, or renamed. */
export async function isPublished(
  client: ClientBase,
  publication: string,
  tables: readonly RuledTable[],
): Promise<boolean> {
  const { rows } = await client.query<{ schema: string | null; name: string | null }>(publicationQuery, [
    publication,
  ]);
  if (rows.length === 0) return false;
  const named = ({ schema, name }: { schema: string | null; name: string | null }): string =>
    `${schema}.${name}`;
  const published = rows.filter(({ name }) => name !== null).map(named);
  return published.toSorted().join() === tables.map(named).toSorted().join();
}
