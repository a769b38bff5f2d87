// Metrics whose values are kept elsewhere in plain numbers, and read when they are scraped.

import { Counter, Gauge } from "prom-client";

export type Sample = [labels: Record<string, string | number>, value: number];

export interface SampledMetric {
  name: string;
  help: string;
  /** The names of all labels that any sample has. */
  labelNames?: string[];
  read: () => Iterable<Sample>;
}

export function counterOf({ read, ...shown }: SampledMetric): Counter {
  return new Counter({
    ...shown,
    registers: [],
    collect() {
      this.reset();
      for (const [labels, value] of read()) this.inc(labels, value);
    },
  });
}

export function gaugeOf({ read, ...shown }: SampledMetric): Gauge {
  return new Gauge({
    ...shown,
    registers: [],
    collect() {
      this.reset();
      for (const [labels, value] of read()) this.set(labels, value);
    },
  });
}
