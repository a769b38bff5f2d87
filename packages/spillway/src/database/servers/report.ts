// What a server says of itself: the question, and the answer made plain.

import { parseLsn } from "../../coherence/position.ts";

export interface ServerReport {
  standby: boolean;
  timeline: number;
  /** Replayed so far on a standby, flushed so far on a primary. */
  lsn: number;
  /** Whether a standby has a WAL receiver. One without is stale, however quickly it answers. */
  follows: boolean;
  /** WAL received and not replayed. */
  lagBytes: number;
  /** Age of the last replayed commit while there is WAL to replay, else 0. */
  lagMs: number;
}

export interface Row {
  standby: boolean;
  timeline: string | null;
  lsn: string | null;
  follows: boolean;
  lag_bytes: string | null;
  lag_ms: string | null;
}

/**
 * The timeline of a standby is what its receiver streams. Without the rights of pg_monitor only that there is
 * a receiver can be seen; then it is the timeline of the least recovery point. The functions that fail on the
 * wrong kind of server are guarded by CASE (PostgreSQL manual, 9.18.1, 9.27.4 and 27.2.6).
 */
export const reportQuery = `SELECT
  pg_is_in_recovery() AS standby,
  CASE WHEN pg_is_in_recovery()
    THEN coalesce(receiver.received_tli, (SELECT min_recovery_end_timeline FROM pg_control_recovery()))::text
    ELSE substr(pg_walfile_name(pg_current_wal_flush_lsn()), 1, 8) END AS timeline,
  CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_flush_lsn() END AS lsn,
  receiver.pid IS NOT NULL AS follows,
  CASE WHEN pg_is_in_recovery()
    THEN pg_wal_lsn_diff(greatest(receiver.latest_end_lsn, pg_last_wal_receive_lsn()), pg_last_wal_replay_lsn())
    END AS lag_bytes,
  extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) * 1000 AS lag_ms
FROM (VALUES (1)) AS one LEFT JOIN pg_stat_wal_receiver AS receiver ON true`;

export function readReport(row: Row): ServerReport {
  const lagBytes = Math.max(0, Number(row.lag_bytes ?? 0));
  return {
    standby: row.standby,
    // pg_walfile_name writes it in hexadecimal.
    timeline: parseInt(row.timeline ?? "0", row.standby ? 10 : 16),
    lsn: row.lsn === null ? 0 : parseLsn(row.lsn),
    follows: row.follows,
    lagBytes,
    // An idle primary commits nothing: then the age of the last commit says nothing of the replica.
    lagMs: lagBytes === 0 ? 0 : Math.max(0, Number(row.lag_ms ?? 0)),
  };
}
