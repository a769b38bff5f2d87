// Statements that took long.

import type { Call } from "../routing/call.ts";
import type { Decision } from "../routing/choice.ts";
import type { SlowQuery } from "../settings/config.ts";
import type { DatabaseSettings } from "../settings/settings.ts";

export function reportSlow(
  settings: DatabaseSettings,
  { query, statement, scope }: Call,
  { server, reason }: Decision,
  { durationMs, rowCount }: { durationMs: number; rowCount: number | null },
): void {
  const slow: SlowQuery = {
    sql: statement.normalised,
    durationMs: Math.round(durationMs),
    server,
    reason,
    route: scope?.origin.route?.(),
    rowCount,
    ...(settings.slowQueryValues && query.values !== undefined ? { values: query.values } : {}),
  };
  (settings.onSlowQuery ?? printSlow)(slow);
}

function printSlow(slow: SlowQuery): void {
  console.warn(JSON.stringify({ level: "warn", event: "slow_query", ...slow }));
}
