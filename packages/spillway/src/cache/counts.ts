// Counts of a process's caches in plain numbers, and how they are shown to prom-client.

import { Counter, Gauge, type Registry } from "prom-client";
import { addDuration, durationMetric, newDurations } from "../metrics/durations.ts";
import { registry } from "../metrics/registry.ts";
import { processState } from "../process-state.ts";
import type { Memory } from "./memory.ts";

export type Result = "hit" | "stale" | "miss" | "joined" | "bypass";
export type Source = "direct" | "transaction";
export type Refusal = "invalidated" | "too-large";

/** Upper bounds in seconds. */
const bounds: readonly number[] = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];

const counts = processState("cache", () => ({
  requests: { hit: 0, stale: 0, miss: 0, joined: 0, bypass: 0 } as Record<Result, number>,
  refused: { invalidated: 0, "too-large": 0 } as Record<Refusal, number>,
  invalidations: { direct: 0, transaction: 0 } as Record<Source, number>,
  loads: newDurations(bounds),
  memories: new Set<Memory>(),
}));

export const requests: Record<Result, number> = counts.requests;
export const refused: Record<Refusal, number> = counts.refused;

export function countInvalidation(source: Source): void {
  counts.invalidations[source]++;
}

export function countLoad(seconds: number): void {
  addDuration(counts.loads, bounds, seconds);
}

/** Shows the metrics of all caches from the first one on. */
export function showMemory(memory: Memory): void {
  counts.memories.add(memory);
  const to = registry();
  if (to.getSingleMetric("cache_requests_total") === undefined) register(to);
}

function register(to: Registry): void {
  to.registerMetric(
    totals("cache_requests_total", "Reads by what answered them.", ["tier", "result"], () =>
      Object.entries(requests).map(([result, count]) => [{ tier: "memory", result }, count]),
    ),
  );
  to.registerMetric(
    totals("cache_fills_refused_total", "Loaded values that were not kept.", ["reason"], () =>
      Object.entries(refused).map(([reason, count]) => [{ reason }, count]),
    ),
  );
  to.registerMetric(
    totals("cache_invalidations_total", "Invalidations, by where they came from.", ["source"], () =>
      Object.entries(counts.invalidations).map(([source, count]) => [{ source }, count]),
    ),
  );
  to.registerMetric(
    durationMetric({
      name: "cache_load_duration_seconds",
      help: "Seconds that loaders took.",
      bounds,
      all: () => [{ labels: {}, ...counts.loads }],
      clear: () => Object.assign(counts.loads, newDurations(bounds)),
    }),
  );
  to.registerMetric(
    gauge("cache_memory_bytes", "Bytes of values in memory, as estimated.", ({ bytes }) => bytes),
  );
  to.registerMetric(gauge("cache_memory_entries", "Values in memory.", ({ size }) => size));
}

type Samples = () => [labels: Record<string, string>, value: number][];

// oxlint-disable-next-line max-params -- the four parts of every counter
function totals(name: string, help: string, labelNames: string[], read: Samples): Counter {
  return new Counter({
    name,
    help,
    labelNames,
    registers: [],
    collect() {
      this.reset();
      for (const [labels, value] of read()) this.inc(labels, value);
    },
  });
}

function gauge(name: string, help: string, read: (memory: Memory) => number): Gauge {
  return new Gauge({
    name,
    help,
    registers: [],
    collect() {
      this.set([...counts.memories].reduce((sum, memory) => sum + read(memory), 0));
    },
  });
}
