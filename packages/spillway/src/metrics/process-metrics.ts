// Memory, CPU, handles and garbage collection of this process.

import { collectDefaultMetrics, type Registry } from "prom-client";
import { registerEventLoopMetrics } from "./event-loop-metrics.ts";

/** What prom-client says of the event loop; it starts anew at every scrape, whoever scrapes. */
const replaced = ["", "_min", "_max", "_mean", "_stddev", "_p50", "_p90", "_p99"];

export function registerProcessMetrics(register: Registry): void {
  // So rare a sample costs nothing; its metrics are taken out again.
  collectDefaultMetrics({ register, eventLoopMonitoringPrecision: 3_600_000 });
  for (const part of replaced) register.removeSingleMetric(`nodejs_eventloop_lag${part}_seconds`);
  registerEventLoopMetrics(register);
}
