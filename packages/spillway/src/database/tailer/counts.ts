// Counts of this process's tailers in plain numbers, and how they are shown to prom-client.

import type { Gauge, Registry } from "prom-client";
import { registry } from "../../metrics/registry.ts";
import { counterOf, gaugeOf } from "../../metrics/samples.ts";
import { processState } from "../../process-state.ts";
import type { CommitResult } from "./commit.ts";

export interface ShownTailer {
  readonly cluster: string;
  readonly isActive: boolean;
  /** Undefined as long as it is not known, or another tailer works. */
  readonly lagBytes: number | undefined;
}

const counts = processState("tailers", () => ({
  tailers: new Set<ShownTailer>(),
  commits: { known: 0, repeated: 0, rows: 0, unrelated: 0 } as Record<CommitResult, number>,
}));

export function countCommit(result: CommitResult): void {
  counts.commits[result]++;
}

export function showTailer(tailer: ShownTailer): void {
  counts.tailers.add(tailer);
  const to = registry();
  if (to.getSingleMetric("database_tailer_active") === undefined) register(to);
}

export function hideTailer(tailer: ShownTailer): void {
  counts.tailers.delete(tailer);
}

function register(to: Registry): void {
  const active = "1 if this process follows the WAL of the cluster, 0 if it waits for another that does.";
  to.registerMetric(gauge("database_tailer_active", active, ({ isActive }) => (isActive ? 1 : 0)));
  const lag = "WAL of the primary that is not in every invalidation log yet.";
  to.registerMetric(gauge("database_tailer_lag_bytes", lag, ({ lagBytes }) => lagBytes));
  to.registerMetric(
    counterOf({
      name: "database_tailer_commits_total",
      help: "Commits that the tailer has handled, by what came of them.",
      labelNames: ["result"],
      read: () => Object.entries(counts.commits).map(([result, count]) => [{ result }, count]),
    }),
  );
}

function gauge(name: string, help: string, valueOf: (tailer: ShownTailer) => number | undefined): Gauge {
  return gaugeOf({
    name,
    help,
    labelNames: ["cluster"],
    *read() {
      for (const tailer of counts.tailers) {
        const value = valueOf(tailer);
        if (value !== undefined) yield [{ cluster: tailer.cluster }, value];
      }
    },
  });
}
