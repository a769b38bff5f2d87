// spillway/metrics, as an app uses it.

import { expect, test } from "vitest";
import { startApp } from "../../test/app-process.ts";
import { scrape, total } from "../../test/scrape.ts";
import { counter, gauge, histogram, registry } from "./index.ts";

test("the app's own metrics are in the scrape beside the server's", async () => {
  const app = await startApp("own-metrics");
  await fetch(`${app.url}/`);
  await fetch(`${app.url}/`);
  const samples = await scrape(app);
  expect(total(samples, "orders_total", { plan: "free" })).toBe(2);
  expect(total(samples, "http_requests_total")).toBe(2);
});

test("the same name gives the same metric", async () => {
  const settings = { name: "carts_total", help: "Carts." };
  counter(settings).inc();
  counter(settings).inc();
  gauge({ name: "carts_open", help: "Open carts." }).set(3);
  histogram({ name: "cart_seconds", help: "Time of a cart.", buckets: [1] }).observe(0.5);
  const text = await registry().metrics();
  expect(text).toContain("carts_total 2");
  expect(text).toContain("carts_open 3");
  expect(text).toContain('cart_seconds_bucket{le="1"} 1');
});
