// A pool announces itself on a server by the name of the connection that watches it. The announcement ends
// with the connection, however the process ends: nothing has to be cleaned up.

import type { Room } from "./share.ts";

const prefix = "spillway-watch";

/** At most 63 bytes are kept by the server (PostgreSQL manual, 20.9, application_name). */
export function announcement(): string {
  return `${prefix} ${process.env["INSTANCE_ID"] ?? process.pid}`.slice(0, 63);
}

/** Counts those that announced themselves, and reads the limits of the server and of the role. */
export const roomQuery: string = `SELECT
  (SELECT count(*)::int FROM pg_stat_activity WHERE application_name LIKE '${prefix}%') AS pools,
  current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
    - coalesce(current_setting('reserved_connections', true)::int, 0) AS of_server,
  (SELECT rolconnlimit FROM pg_roles WHERE rolname = current_user) AS of_role`;

export interface RoomRow {
  pools: number;
  of_server: number;
  /** -1: no limit. */
  of_role: number;
}

export function readRoom({ pools, of_server, of_role }: RoomRow): Room {
  return { pools, connections: of_role < 0 ? of_server : Math.min(of_server, of_role) };
}
