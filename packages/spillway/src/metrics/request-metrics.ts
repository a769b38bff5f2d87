// Shows the request counts to prom-client.

import { Counter, Gauge, type Registry } from "prom-client";
import { durationMetric, type Labelled } from "./durations.ts";
import { durationBuckets, requestSeries, type Series } from "./request-series.ts";

/** Adds the request metrics to `registry`. `inFlight` is asked at each scrape. */
export function registerRequestMetrics(registry: Registry, inFlight: () => number): void {
  registry.registerMetric(requestsTotal());
  registry.registerMetric(requestsInFlight(inFlight));
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

function requestsTotal(): Counter {
  return new Counter({
    name: "http_requests_total",
    help: "Requests whose response has ended.",
    labelNames: ["method", "route", "status"],
    registers: [],
    collect() {
      this.reset();
      for (const series of allSeries()) addStatuses(this, series);
    },
  });
}

function requestsInFlight(read: () => number): Gauge {
  return new Gauge({
    name: "http_requests_in_flight",
    help: "Requests whose response has not ended yet.",
    registers: [],
    collect() {
      this.set(read());
    },
  });
}

function* allSeries(): Generator<Series> {
  for (const methods of requestSeries().values()) yield* methods.values();
}

function addStatuses(counter: Counter, { method, route, statuses }: Series): void {
  for (const [status, count] of statuses) counter.inc({ method, route, status }, count);
}

function* labelled(): Generator<Labelled> {
  for (const { method, route, buckets, sumSeconds } of allSeries())
    yield { labels: { method, route }, buckets, sumSeconds };
}
