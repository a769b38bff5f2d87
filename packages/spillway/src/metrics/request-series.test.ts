// The counts, against prom-client's own histogram and at their limits.

import { Counter, Histogram, Registry } from "prom-client";
import { beforeEach, expect, test } from "vitest";
import { parse, routesOf, total } from "../../test/scrape.ts";
import { registerRequestMetrics } from "./request-metrics.ts";
import { durationBuckets, maxRoutes, recordRequest, requestSeries } from "./request-series.ts";

beforeEach(() => requestSeries().clear());

async function ourText(): Promise<string> {
  const registry = new Registry();
  registerRequestMetrics(registry, () => 0);
  return registry.metrics();
}

test("the text is what prom-client makes of the same observations", async () => {
  const registry = new Registry();
  const labelNames = ["method", "route"];
  const duration = new Histogram({
    name: "http_request_duration_seconds",
    help: "x",
    labelNames,
    buckets: [...durationBuckets],
    registers: [registry],
  });
  const requests = new Counter({
    name: "http_requests_total",
    help: "x",
    labelNames: [...labelNames, "status"],
    registers: [registry],
  });
  // On the bounds, between them, above the last and below the first.
  const seconds = [...durationBuckets, 0, 0.0051, 0.3, 9.99, 10.01, 60];
  for (const [index, value] of seconds.entries()) {
    const labels = { method: index % 3 === 0 ? "POST" : "GET", route: `/r"${index % 2}\\` };
    const status = index % 5 === 0 ? 500 : 200;
    recordRequest({ ...labels, status, seconds: value });
    duration.observe(labels, value);
    requests.inc({ ...labels, status });
  }
  const samples = (text: string) =>
    parse(text)
      .filter(({ name }) => name !== "http_requests_in_flight")
      .map(
        ({ name, labels, value }) =>
          `${name} ${JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => a.localeCompare(b)))} ${value}`,
      )
      .toSorted();
  const text = await ourText();
  expect(samples(text)).toEqual(samples(await registry.metrics()));
  expect(text).toContain("# TYPE http_request_duration_seconds histogram");
  expect(text).toContain("# TYPE http_requests_total counter");
});

test("two scrapes of the same counts give the same text", async () => {
  recordRequest({ method: "GET", route: "/", status: 200, seconds: 0.1 });
  const registry = new Registry();
  registerRequestMetrics(registry, () => 0);
  expect(await registry.metrics()).toBe(await registry.metrics());
});

test("past the cap, new routes are counted under other and known ones as before", async () => {
  const outcome = { method: "GET", status: 200, seconds: 0.01 };
  for (let index = 0; index < maxRoutes + 50; index++) {
    recordRequest({ ...outcome, route: `/made-up/${"x".repeat(index)}` });
  }
  recordRequest({ ...outcome, route: "/made-up/" });
  const samples = parse(await ourText());
  expect(routesOf(samples)).toHaveLength(maxRoutes + 1);
  expect(total(samples, "http_requests_total", { route: "other" })).toBe(50);
  expect(total(samples, "http_requests_total", { route: "/made-up/" })).toBe(2);
});

test("a made-up method is OTHER", async () => {
  recordRequest({ method: "PROPFIND", route: "/", status: 405, seconds: 0.01 });
  recordRequest({ method: "get", route: "/", status: 405, seconds: 0.01 });
  const samples = parse(await ourText());
  expect(total(samples, "http_requests_total", { method: "OTHER", status: "405" })).toBe(2);
});
