// Counts of statements in plain numbers.

import { addDuration, newDurations, type Durations } from "../../metrics/durations.ts";
import { processState } from "../../process-state.ts";

/** Upper bounds in seconds: the advice of OpenTelemetry's conventions for `db.client.operation.duration`. */
export const queryBuckets: readonly number[] = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];

/** By server, then by what is counted: an operation, a reason, a fixed word. All are from closed lists. */
type Table<T> = Map<string, Map<string, T>>;

export interface QuerySeries {
  durations: Table<Durations>;
  waits: Table<Durations>;
  routed: Table<{ count: number }>;
}

export const querySeries: QuerySeries = processState("queries", () => ({
  durations: new Map(),
  waits: new Map(),
  routed: new Map(),
}));

export function countQuery(server: string, operation: string, seconds: number): void {
  addDuration(entry(querySeries.durations, server, operation, fresh), queryBuckets, seconds);
}

export function countWait(server: string, seconds: number): void {
  addDuration(entry(querySeries.waits, server, "", fresh), queryBuckets, seconds);
}

export function countRouted(server: string, reason: string): void {
  entry(querySeries.routed, server, reason, () => ({ count: 0 })).count++;
}

function fresh(): Durations {
  return newDurations(queryBuckets);
}

// oxlint-disable-next-line max-params -- called for every statement: no object per call
function entry<T>(table: Table<T>, server: string, key: string, create: () => T): T {
  let ofServer = table.get(server);
  if (ofServer === undefined) table.set(server, (ofServer = new Map<string, T>()));
  let found = ofServer.get(key);
  if (found === undefined) ofServer.set(key, (found = create()));
  return found;
}
