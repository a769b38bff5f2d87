// How busy the event loop is and how late it runs.

import { monitorEventLoopDelay, performance } from "node:perf_hooks";
import { Gauge, type Registry } from "prom-client";

/**
 * Milliseconds that a value covers at least. A second scraper in between gets the
 * values of the last full window: it must not cut the window of the first one short.
 */
const windowMs = 1000;

/** Milliseconds between two looks at the lag: the shortest lag that is seen. */
const resolutionMs = 10;

type Values = Record<string, number>;

const help: Record<string, string> = {
  nodejs_eventloop_utilization: "Share of the time that the event loop was busy, 0 to 1.",
  nodejs_eventloop_lag_mean_seconds: "Mean delay of the event loop, timer resolution included.",
  nodejs_eventloop_lag_max_seconds: "Largest delay of the event loop.",
  nodejs_eventloop_lag_p50_seconds: "Median delay of the event loop.",
  nodejs_eventloop_lag_p90_seconds: "90th percentile of the delay of the event loop.",
  nodejs_eventloop_lag_p99_seconds: "99th percentile of the delay of the event loop.",
};

export function registerEventLoopMetrics(register: Registry): void {
  const read = eventLoopReader();
  for (const [name, text] of Object.entries(help)) {
    const gauge = new Gauge({
      name,
      help: `${text} Since the scrape before, at least one second.`,
      registers: [],
      collect() {
        const value = read()[name];
        if (value !== undefined) this.set(value);
      },
    });
    register.registerMetric(gauge);
  }
}

function eventLoopReader(): () => Values {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  let from = performance.eventLoopUtilization();
  let since = performance.now();
  let last: Values | undefined;
  return () => {
    const now = performance.now();
    if (last !== undefined && now - since < windowMs) return last;
    const current = performance.eventLoopUtilization();
    const values = {
      nodejs_eventloop_utilization: performance.eventLoopUtilization(current, from).utilization,
      // Without a sample yet, Node would report the largest integer and NaN.
      ...(delay.count > 0 ? lagValues(delay) : {}),
    };
    if (now - since < windowMs) return values;
    delay.reset();
    [from, since, last] = [current, now, values];
    return values;
  };
}

function lagValues(delay: ReturnType<typeof monitorEventLoopDelay>): Values {
  const seconds = (nanoseconds: number) => nanoseconds / 1e9;
  return {
    nodejs_eventloop_lag_mean_seconds: seconds(delay.mean),
    nodejs_eventloop_lag_max_seconds: seconds(delay.max),
    nodejs_eventloop_lag_p50_seconds: seconds(delay.percentile(50)),
    nodejs_eventloop_lag_p90_seconds: seconds(delay.percentile(90)),
    nodejs_eventloop_lag_p99_seconds: seconds(delay.percentile(99)),
  };
}
