// spillway/metrics: the app's own metrics, in the same scrape as the server's.

import {
  Counter,
  Gauge,
  Histogram,
  type CounterConfiguration,
  type GaugeConfiguration,
  type HistogramConfiguration,
} from "prom-client";
import { registry } from "./registry.ts";

export { registry };

type Settings<Configuration> = Omit<Configuration, "registers">;

/**
 * The counter of that name, made at the first call. Calling again with the same
 * name returns the same counter, so a module that is loaded twice, as bundlers do,
 * counts once.
 *
 * Keep labels few and their values from a small, fixed set: each combination is a
 * time series that lives as long as the process. Never an id, a path or a message.
 *
 * ```ts
 * import { counter } from "spillway/metrics";
 *
 * const orders = counter({ name: "orders_total", help: "Orders placed.", labelNames: ["plan"] });
 * orders.inc({ plan: "free" });
 * ```
 */
export function counter<T extends string = string>(settings: Settings<CounterConfiguration<T>>): Counter<T> {
  return once(settings.name, () => new Counter({ ...settings, registers: [registry()] }));
}

/** The gauge of that name, made at the first call. See `counter`. */
export function gauge<T extends string = string>(settings: Settings<GaugeConfiguration<T>>): Gauge<T> {
  return once(settings.name, () => new Gauge({ ...settings, registers: [registry()] }));
}

/** The histogram of that name, made at the first call. Durations are in seconds. See `counter`. */
export function histogram<T extends string = string>(
  settings: Settings<HistogramConfiguration<T>>,
): Histogram<T> {
  return once(settings.name, () => new Histogram({ ...settings, registers: [registry()] }));
}

function once<M extends object>(name: string, create: () => M): M {
  return (registry().getSingleMetric(name) as M | undefined) ?? create();
}
