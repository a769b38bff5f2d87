// Histograms of durations in plain numbers; the Prometheus text is made from them at scrape.

import type { Metric } from "prom-client";

export interface Durations {
  /** Per bucket, not cumulated; the last is everything above the last bound. */
  buckets: number[];
  sumSeconds: number;
}

export function newDurations(bounds: readonly number[]): Durations {
  return { buckets: Array.from({ length: bounds.length + 1 }, () => 0), sumSeconds: 0 };
}

export function addDuration(durations: Durations, bounds: readonly number[], seconds: number): void {
  let index = 0;
  while (index < bounds.length && seconds > (bounds[index] ?? 0)) index++;
  durations.buckets[index] = (durations.buckets[index] ?? 0) + 1;
  durations.sumSeconds += seconds;
}

export type Labelled = Durations & { labels: Record<string, string> };

export interface DurationMetric {
  name: string;
  help: string;
  /** Upper bounds in seconds. */
  bounds: readonly number[];
  all: () => Iterable<Labelled>;
  clear: () => void;
}

/**
 * For a registry, which only ever calls `get` and `reset` of a metric. prom-client's own histogram cannot be
 * set to given counts, it can only observe one by one.
 */
export function durationMetric(metric: DurationMetric): Metric {
  const { name, help } = metric;
  const shown = { name, help, type: "histogram", aggregator: "sum" };
  const get = (): Promise<object> =>
    Promise.resolve({ ...shown, values: [...metric.all()].flatMap((one) => samplesOf(metric, one)) });
  return { ...shown, get, reset: metric.clear } as unknown as Metric;
}

interface Sample {
  metricName: string;
  labels: Record<string, string | number>;
  value: number;
}

function samplesOf({ name, bounds }: DurationMetric, { labels, buckets, sumSeconds }: Labelled): Sample[] {
  let count = 0;
  const bucketSamples = [...bounds, "+Inf"].map((le, index) => {
    count += buckets[index] ?? 0;
    return { metricName: `${name}_bucket`, labels: { le, ...labels }, value: count };
  });
  return [
    ...bucketSamples,
    { metricName: `${name}_sum`, labels, value: sumSeconds },
    { metricName: `${name}_count`, labels, value: count },
  ];
}
