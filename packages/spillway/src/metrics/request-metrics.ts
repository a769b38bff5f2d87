// Shows the request counts to prom-client.

import { Counter, Gauge, type Metric, type Registry } from "prom-client";
import { durationBuckets, requestSeries, type Series } from "./request-series.ts";

const durationName = "http_request_duration_seconds";

/** Adds the request metrics to `registry`. `inFlight` is asked at each scrape. */
export function registerRequestMetrics(registry: Registry, inFlight: () => number): void {
  registry.registerMetric(requestsTotal());
  registry.registerMetric(requestsInFlight(inFlight));
  // A registry only ever calls `get` and `reset` of a metric. prom-client's own
  // histogram cannot be set to given counts, it can only observe one by one.
  registry.registerMetric(durationMetric as unknown as Metric);
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

interface Sample {
  metricName: string;
  labels: Record<string, string | number>;
  value: number;
}

const durationMetric = {
  name: durationName,
  help: "Seconds from the arrival of a request's headers to the end of its response.",
  type: "histogram",
  aggregator: "sum",
  // oxlint-disable-next-line require-await -- the registry awaits it
  async get() {
    const values = [...allSeries()].flatMap(samplesOf);
    return {
      name: this.name,
      help: this.help,
      type: this.type,
      aggregator: this.aggregator,
      values,
    };
  },
  reset() {
    requestSeries().clear();
  },
};

function samplesOf({ method, route, buckets, sumSeconds }: Series): Sample[] {
  let count = 0;
  const bucketSamples = [...durationBuckets, "+Inf"].map((le, index) => {
    count += buckets[index] ?? 0;
    return { metricName: `${durationName}_bucket`, labels: { le, method, route }, value: count };
  });
  const labels = { method, route };
  return [
    ...bucketSamples,
    { metricName: `${durationName}_sum`, labels, value: sumSeconds },
    { metricName: `${durationName}_count`, labels, value: count },
  ];
}
