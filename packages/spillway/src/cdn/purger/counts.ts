// What purging has come to, for each edge.

import type { Registry } from "prom-client";
import { addDuration, type Durations, durationMetric, newDurations } from "../../metrics/durations.ts";
import { registry } from "../../metrics/registry.ts";
import { counterOf, gaugeOf, type SampledMetric } from "../../metrics/samples.ts";
import { processState } from "../../process-state.ts";

/** Upper bounds in seconds. */
const bounds: readonly number[] = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30];

export interface EdgeCounts {
  edge: string;
  /** From the writing of a line of the log to the edge's word that it is done. */
  durations: Durations;
  /** Objects that were ended. */
  purged: number;
  /** How often everything had to be ended. */
  voided: number;
  /** Lines of the log that it has not heard of, at the last look. */
  lag: number;
  isUp: 0 | 1;
}

const edges = processState("edges", () => new Set<EdgeCounts>());

/** Shows the metrics of an edge until they are hidden. */
export function showEdge(edge: string): EdgeCounts {
  const counts: EdgeCounts = {
    edge,
    durations: newDurations(bounds),
    purged: 0,
    voided: 0,
    lag: 0,
    isUp: 0,
  };
  edges.add(counts);
  const to = registry();
  if (to.getSingleMetric("edge_purge_seconds") === undefined) register(to);
  return counts;
}

export function hideEdge(counts: EdgeCounts): void {
  edges.delete(counts);
}

export function countPurge({ durations }: EdgeCounts, seconds: number): void {
  addDuration(durations, bounds, Math.max(0, seconds));
}

function register(to: Registry): void {
  const of = (read: (counts: EdgeCounts) => number): Pick<SampledMetric, "labelNames" | "read"> => ({
    labelNames: ["edge"],
    read: () => [...edges].map((counts) => [{ edge: counts.edge }, read(counts)]),
  });
  to.registerMetric(
    durationMetric({
      name: "edge_purge_seconds",
      help: "Seconds from an invalidation to the word of the edge that what it ends is gone.",
      bounds,
      all: () => Array.from(edges, ({ edge, durations }) => Object.assign({ labels: { edge } }, durations)),
      clear: () => {
        for (const { durations } of edges) Object.assign(durations, newDurations(bounds));
      },
    }),
  );
  to.registerMetric(
    counterOf({
      name: "edge_purged_objects_total",
      help: "Objects that were ended at an edge.",
      ...of(({ purged }) => purged),
    }),
  );
  to.registerMetric(
    counterOf({
      name: "edge_voided_total",
      help: "How often everything at an edge was ended, as what it had missed was not known.",
      ...of(({ voided }) => voided),
    }),
  );
  to.registerMetric(
    gaugeOf({
      name: "edge_purge_lag_entries",
      help: "Invalidations that an edge has not heard of.",
      ...of(({ lag }) => lag),
    }),
  );
  to.registerMetric(
    gaugeOf({ name: "edge_up", help: "Whether an edge takes purges.", ...of(({ isUp }) => isUp) }),
  );
}
