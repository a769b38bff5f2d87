// Statements that took long.

import type { Call } from "../client/call.ts";
import type { Decision } from "../routing/choice.ts";
import type { DatabaseSettings } from "../settings.ts";

/** A statement at or above `slowQueryMs`. */
export interface SlowQuery {
  /** Normalised: literals are `?`. */
  sql: string;
  durationMs: number;
  /** `host:port`. */
  server: string;
  reason: Decision["reason"];
  /** Route template of the request that asked, if there is one. */
  route: string | undefined;
  /** Undefined when it failed. */
  rowCount: number | null;
  /** Only with `slowQueryValues`. */
  values?: readonly unknown[];
}

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
