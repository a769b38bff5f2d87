// How many sessions of the app a server has.

import type { PostgresNode } from "../../../../testing/postgres-cluster.ts";
import { waitUntil } from "../wait.ts";

/** Counted once those that are ending have ended, or after the patience of a test. */
export async function connectionsOf(node: PostgresNode): Promise<number> {
  let count = NaN;
  const ask = "SELECT count(*)::int AS count FROM pg_stat_activity WHERE usename IN ('app', 'plain')";
  const isNone = async (): Promise<boolean> => {
    count = (await node.query<{ count: number }>(ask)).rows[0]!.count;
    return count === 0;
  };
  await waitUntil(isNone, `${node.name} to have no connection of the app`).catch(() => undefined);
  return count;
}
