// Shows the request counts to prom-client.

import type { Registry } from "prom-client";
import { durationMetric, type Labelled } from "./durations.ts";
import { durationBuckets, requestSeries, type Series } from "./request-series.ts";
import { counterOf, gaugeOf, type Sample } from "./samples.ts";

/** Adds the request metrics to `registry`. `inFlight` is asked at each scrape. */
export function registerRequestMetrics(registry: Registry, inFlight: () => number): void {
  registry.registerMetric(
    counterOf({
      name: "http_requests_total",
      help: "Requests whose response has ended.",
      labelNames: ["method", "route", "status"],
      read: totals,
    }),
  );
  registry.registerMetric(
    gaugeOf({
      name: "http_requests_in_flight",
      help: "Requests whose response has not ended yet.",
      read: () => [[{}, inFlight()]],
    }),
  );
  registry.registerMetric(
    durationMetric({
      name: "http_request_duration_seconds",
      help: "Seconds from the arrival of a request's headers to the end of its response.",
      bounds: durationBuckets,
      all: labelled,
      clear: () => requestSeries().clear(),
    }),
  );
}

function* allSeries(): Generator<Series> {
  for (const methods of requestSeries().values()) yield* methods.values();
}

function* totals(): Generator<Sample> {
  for (const { method, route, statuses } of allSeries())
    for (const [status, count] of statuses) yield [{ method, route, status }, count];
}

function* labelled(): Generator<Labelled> {
  for (const { method, route, buckets, sumSeconds } of allSeries())
    yield { labels: { method, route }, buckets, sumSeconds };
}
