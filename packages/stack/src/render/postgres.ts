// The text of PostgreSQL's configuration files. Pure.

import type { DatabaseConfig } from "../config/types.ts";

export interface PostgresServer {
  port: number;
  settings: Required<DatabaseConfig>;
  /** For a replica: whom it follows. */
  follows?: { port: number; password: string; slot: string };
}

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** postgresql.conf. Written before every start: edits to the file do not last, and its first line says so. */
export function postgresConf({ port, settings, follows }: PostgresServer): string {
  // Replicas, one base backup at a time, the tailer (two slots while it makes its own), and room for tools.
  const senders = settings.replicas + 6;
  const lines: [string, string | number][] = [
    ["listen_addresses", quote("127.0.0.1")],
    ["port", port],
    // TCP only: a socket's path would be limited to 107 bytes, and the data may lie deep.
    ["unix_socket_directories", quote("")],
    ["max_connections", settings.maxConnections],
    ["shared_buffers", quote(`${settings.sharedBuffersMb}MB`)],
    ["dynamic_shared_memory_type", "posix"],
    ["password_encryption", quote("scram-sha-256")],
    ["shared_preload_libraries", quote("pg_stat_statements")],
    // Enough for streaming, and for whoever reads row changes from the WAL.
    ["wal_level", "logical"],
    ["max_wal_senders", senders],
    ["max_replication_slots", senders],
    ["max_slot_wal_keep_size", quote(`${settings.maxSlotWalKeepMb}MB`)],
    ["max_wal_size", quote("1GB")],
    ["hot_standby", "on"],
    // A long read on a replica is not cancelled because the primary vacuumed the row away.
    ["hot_standby_feedback", "on"],
    ["wal_receiver_status_interval", quote("1s")],
    ["wal_retrieve_retry_interval", quote("250ms")],
    // A connection that a vanished client left behind is noticed within a minute.
    ["tcp_keepalives_idle", 30],
    ["log_destination", quote("stderr")],
    ["log_line_prefix", quote("%m [%p] %q%u@%d ")],
    ["log_timezone", quote("UTC")],
    ["timezone", quote("UTC")],
    ...(follows === undefined ? [] : followLines(follows)),
  ];
  return [
    "# Written by spillway before every start; edits here are lost. Settings: spillway.config.ts, database.",
  ]
    .concat(
      lines.map(([name, value]) => `${name} = ${value}`),
      "",
    )
    .join("\n");
}

function followLines({ port, password, slot }: NonNullable<PostgresServer["follows"]>): [string, string][] {
  const name = slot.replaceAll("_", "-");
  const connection = `host=127.0.0.1 port=${port} user=replicator password=${password} application_name=${name}`;
  return [
    ["primary_conninfo", quote(connection)],
    ["primary_slot_name", quote(slot)],
  ];
}

/** pg_hba.conf: passwords always, from this machine only. */
export function postgresHba(): string {
  return [
    "# Written by spillway before every start; edits here are lost.",
    "# type  database     user        address       method",
    "host    all          all         127.0.0.1/32  scram-sha-256",
    "host    replication  replicator  127.0.0.1/32  scram-sha-256",
    "",
  ].join("\n");
}

/** Slots are named after their replica, in the letters PostgreSQL allows. */
export function slotName(replica: string): string {
  return replica.replaceAll("-", "_");
}
