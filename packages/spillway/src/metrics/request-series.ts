// Counts requests in plain numbers; the Prometheus text is made from them at scrape.

import { processState } from "../process-state.ts";
import { addDuration, newDurations, type Durations } from "./durations.ts";

/**
 * Upper bounds in seconds: the advice of OpenTelemetry's semantic conventions for
 * `http.server.request.duration`.
 */
export const durationBuckets: readonly number[] = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
];

export interface Series extends Durations {
  method: string;
  route: string;
  /** Requests per sent status. */
  statuses: Map<number, number>;
}

export interface RequestOutcome {
  method: string;
  route: string;
  status: number;
  seconds: number;
}

/** Method names kept as labels (RFC 9110, section 9.3, and PATCH, RFC 5789); others could be made up. */
const knownMethods = new Set([
  "GET",
  "HEAD",
  "POST",
  "PUT",
  "PATCH",
  "DELETE",
  "OPTIONS",
  "CONNECT",
  "TRACE",
]);

/**
 * Distinct routes kept. Each costs about 20 time series per method; beyond it
 * requests count under `other`, which says that routes are not templates.
 */
export const maxRoutes = 200;

type Routes = Map<string, Map<string, Series>>;

export function requestSeries(): Routes {
  return processState("requests", () => new Map<string, Map<string, Series>>());
}

export function recordRequest({ method, route, status, seconds }: RequestOutcome): void {
  const series = seriesOf(method, route);
  addDuration(series, durationBuckets, seconds);
  series.statuses.set(status, (series.statuses.get(status) ?? 0) + 1);
}

function seriesOf(sentMethod: string, sentRoute: string): Series {
  const routes = requestSeries();
  const route = routes.has(sentRoute) || routes.size < maxRoutes ? sentRoute : "other";
  const methods = routes.get(route) ?? added(routes, route, new Map<string, Series>());
  const method = knownMethods.has(sentMethod) ? sentMethod : "OTHER";
  return methods.get(method) ?? added(methods, method, newSeries(method, route));
}

function newSeries(method: string, route: string): Series {
  return { method, route, ...newDurations(durationBuckets), statuses: new Map() };
}

function added<V>(map: Map<string, V>, key: string, value: V): V {
  map.set(key, value);
  return value;
}
