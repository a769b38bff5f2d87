// Where the servers of the app sent their statements, by their own metrics.

import { get } from "./shop.ts";
import type { Store } from "./store.ts";

/** How many statements `apps` sent to each of `databases`, by reason. */
export async function routed(
  { state: { ports } }: Store,
  apps: readonly string[],
  databases: readonly string[],
): Promise<Record<string, Record<string, number>>> {
  const counts: Record<string, Record<string, number>> = {};
  for (const name of databases) counts[name] = {};
  for (const app of apps) {
    const { body } = await get(`http://127.0.0.1:${ports[`${app}.private`]}/metrics`);
    for (const [, port, reason = "", count] of body.matchAll(line)) {
      const ofDatabase = counts[databases.find((name) => ports[name] === Number(port)) ?? ""];
      if (ofDatabase !== undefined) ofDatabase[reason] = (ofDatabase[reason] ?? 0) + Number(count);
    }
  }
  return counts;
}

const line = /^db_queries_routed_total\{server="127\.0\.0\.1:(\d+)",reason="([^"]+)"\} (\d+)$/gm;
