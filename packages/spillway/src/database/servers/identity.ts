// Which server answers. One address can lead to several (a service of Kubernetes, a reader endpoint of a cloud):
// what the watch hears of one must not be believed of another.

import type { ClientBase } from "pg";

export interface Identity {
  /** Of the cluster: the same on a primary and all its replicas. */
  system: string;
  /** Of the server, since its start. */
  server: string;
}

const query = `SELECT system_identifier::text AS system,
  concat_ws(' ', pg_postmaster_start_time(), inet_server_addr(), inet_server_port()) AS server
FROM pg_control_system()`;

export async function identityOf(client: ClientBase): Promise<Identity> {
  const { rows } = await client.query<Identity>(query);
  return rows[0] as Identity;
}
