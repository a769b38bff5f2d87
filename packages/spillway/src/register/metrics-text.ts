// The Prometheus text, from metrics that are loaded once the server listens.

import { reasonOf, warn } from "../warnings.ts";
import { requestsInFlight } from "./exchanges.ts";

export interface MetricsText {
  contentType: string;
  text: string;
}

/** Loads prom-client and all metrics. What it returns gives the text, or undefined if that failed. */
export function loadMetrics(): () => Promise<MetricsText | undefined> {
  const loaded = load().catch((cause: unknown) => {
    warn("SPILLWAY_METRICS_UNAVAILABLE", reasonOf(cause));
    return undefined;
  });
  return async () => {
    const registry = await loaded;
    return registry && { contentType: registry.contentType, text: await registry.metrics() };
  };
}

async function load() {
  const [{ registry }, { registerRequestMetrics }, { registerProcessMetrics }] = await Promise.all([
    import("../metrics/registry.ts"),
    import("../metrics/request-metrics.ts"),
    import("../metrics/process-metrics.ts"),
  ]);
  registerRequestMetrics(registry(), requestsInFlight);
  registerProcessMetrics(registry());
  return registry();
}
