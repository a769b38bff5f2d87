// Counts of a process's caches in plain numbers, and how they are shown to prom-client.

import type { Registry } from "prom-client";
import type { InvalidationSource } from "../coherence/log.ts";
import type { SharedLog } from "../coherence/shared-log/shared-log.ts";
import { addDuration, type Durations, durationMetric, newDurations } from "../metrics/durations.ts";
import { registry } from "../metrics/registry.ts";
import { counterOf, gaugeOf, type Sample, type SampledMetric } from "../metrics/samples.ts";
import { processState } from "../process-state.ts";
import type { Memory } from "./memory.ts";

/** Upper bounds in seconds. */
const bounds: readonly number[] = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];

const counts = processState("cache", () => ({
  requests: {
    memory: { hit: 0, stale: 0, miss: 0 },
    redis: { hit: 0, stale: 0, miss: 0, away: 0 },
    loader: { load: 0, joined: 0, bypass: 0 },
  },
  refused: { invalidated: 0, "too-large": 0, "lease-lost": 0, "not-stored": 0 },
  invalidations: { direct: 0, transaction: 0, tailer: 0 } as Record<InvalidationSource, number>,
  loads: newDurations(bounds),
  waits: newDurations(bounds),
  memories: new Set<Memory>(),
  logs: new Set<SharedLog>(),
}));

/** Reads by the tier that was asked, and what came of it. */
export const requests: {
  memory: Record<"hit" | "stale" | "miss", number>;
  redis: Record<"hit" | "stale" | "miss" | "away", number>;
  loader: Record<"load" | "joined" | "bypass", number>;
} = counts.requests;
export const refused: Record<"invalidated" | "too-large" | "lease-lost" | "not-stored", number> =
  counts.refused;

export function countInvalidation({ source }: { source: InvalidationSource }): void {
  counts.invalidations[source]++;
}

export function countLoad(seconds: number): void {
  addDuration(counts.loads, bounds, seconds);
}

export function countLeaseWait(seconds: number): void {
  addDuration(counts.waits, bounds, seconds);
}

/** Shows the metrics of all caches from the first one on. */
export function showCache(memory: Memory, log?: SharedLog): void {
  counts.memories.add(memory);
  if (log !== undefined) counts.logs.add(log);
  const to = registry();
  if (to.getSingleMetric("cache_requests_total") === undefined) register(to);
}

export function hideCache(memory: Memory, log?: SharedLog): void {
  counts.memories.delete(memory);
  if (log !== undefined) counts.logs.delete(log);
}

function register(to: Registry): void {
  const totals: SampledMetric[] = [
    {
      name: "cache_requests_total",
      help: "Reads by the tier that was asked.",
      labelNames: ["tier", "result"],
      read: () =>
        Object.entries(requests).flatMap(([tier, results]) =>
          Object.entries(results).map(([result, count]): Sample => [{ tier, result }, count]),
        ),
    },
    {
      name: "cache_fills_refused_total",
      help: "Loaded values that were not kept.",
      labelNames: ["reason"],
      read: () => Object.entries(refused).map(([reason, count]) => [{ reason }, count]),
    },
    {
      name: "cache_invalidations_total",
      help: "Invalidations, by where they came from.",
      labelNames: ["source"],
      read: () => Object.entries(counts.invalidations).map(([source, count]) => [{ source }, count]),
    },
  ];
  for (const one of totals) to.registerMetric(counterOf(one));
  to.registerMetric(inSeconds("cache_load_duration_seconds", "Seconds that loads took.", counts.loads));
  to.registerMetric(
    inSeconds("cache_lease_wait_seconds", "Seconds of waiting for another process's load.", counts.waits),
  );
  registerGauges(to);
}

function registerGauges(to: Registry): void {
  const { memories, logs } = counts;
  const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);
  const largest = (values: number[]): number => Math.max(0, ...values);
  const gauges: [name: string, help: string, read: () => number][] = [
    [
      "cache_memory_bytes",
      "Bytes of values in memory, as estimated.",
      () => sum([...memories].map(({ bytes }) => bytes)),
    ],
    ["cache_memory_entries", "Values in memory.", () => sum([...memories].map(({ size }) => size))],
    [
      "cache_log_lag_entries",
      "Invalidations in Redis that this process has not followed.",
      () => largest([...logs].map(({ behind }) => behind)),
    ],
    [
      "cache_log_lag_seconds",
      "From the writing of the last invalidation to its arrival here.",
      () => largest([...logs].map(({ lagMs }) => lagMs)) / 1_000,
    ],
    [
      "cache_log_silence_seconds",
      "Since Redis was last heard. Memory is not trusted after maxSilence.",
      () => largest([...logs].map(({ heardAt }) => performance.now() - heardAt)) / 1_000,
    ],
  ];
  for (const [name, help, read] of gauges)
    to.registerMetric(gaugeOf({ name, help, read: () => [[{}, read()]] }));
}

function inSeconds(name: string, help: string, durations: Durations): ReturnType<typeof durationMetric> {
  const all = (): [{ labels: Record<string, never> } & Durations] => [{ labels: {}, ...durations }];
  const clear = (): void => void Object.assign(durations, newDurations(bounds));
  return durationMetric({ name, help, bounds, all, clear });
}
