// Request metrics of real servers.

import { connect } from "node:net";
import { once } from "node:events";
import { expect, test } from "vitest";
import { startApp, type AppProcess } from "../../test/app-process.ts";
import { routesOf, scrape, total } from "../../test/scrape.ts";
import { waitUntil } from "../../test/wait.ts";

async function untilCounted(app: AppProcess, count: number): Promise<void> {
  await waitUntil(async () => total(await scrape(app), "http_requests_total") === count, `${count} requests`);
}

test("a streamed response is measured at its end, in flight until then", async () => {
  const app = await startApp("plain");
  const response = await fetch(`${app.url}/stream?value=10`);
  const before = await scrape(app);
  expect(total(before, "http_requests_total")).toBe(0);
  expect(total(before, "http_requests_in_flight")).toBe(1);
  await response.text();
  await untilCounted(app, 1);
  const samples = await scrape(app);
  expect(total(samples, "http_requests_in_flight")).toBe(0);
  const route = { route: "/stream", method: "GET" };
  expect(total(samples, "http_request_duration_seconds_sum", route)).toBeGreaterThan(0.45);
  expect(total(samples, "http_request_duration_seconds_count", route)).toBe(1);
  expect(total(samples, "http_request_duration_seconds_bucket", { ...route, le: "0.25" })).toBe(0);
});

test("a client that leaves before the headers is 499, after them the sent status", async () => {
  const app = await startApp("plain");
  const abort = new AbortController();
  const slow = fetch(`${app.url}/slow?value=60000`, { signal: abort.signal }).catch(() => "left");
  await waitUntil(
    async () => total(await scrape(app), "http_requests_in_flight") === 1,
    "the request in flight",
  );
  abort.abort();
  expect(await slow).toBe("left");
  await untilCounted(app, 1);
  const leaving = new AbortController();
  await fetch(`${app.url}/stream?value=1000`, { signal: leaving.signal });
  leaving.abort();
  await untilCounted(app, 2);
  const samples = await scrape(app);
  expect(total(samples, "http_requests_total", { route: "/slow", status: "499" })).toBe(1);
  expect(total(samples, "http_requests_total", { route: "/stream", status: "200" })).toBe(1);
  expect(total(samples, "http_requests_in_flight")).toBe(0);
});

test("pipelined requests whose client leaves do not stay in flight", async () => {
  const app = await startApp("plain");
  const socket = connect(app.port, "127.0.0.1");
  await once(socket, "connect");
  socket.write("GET /slow?value=60000 HTTP/1.1\r\nhost: x\r\n\r\n".repeat(3));
  await waitUntil(async () => total(await scrape(app), "http_requests_in_flight") === 3, "three in flight");
  socket.destroy();
  await waitUntil(async () => total(await scrape(app), "http_requests_in_flight") === 0, "none in flight");
  expect(total(await scrape(app), "http_requests_total", { status: "499" })).toBe(3);
});

test("statuses, methods and templated paths are labels; queries never", async () => {
  const app = await startApp("plain");
  await fetch(`${app.url}/status?value=503`);
  await fetch(`${app.url}/status?value=404`);
  await fetch(`${app.url}/echo`, { method: "POST", body: "12345" });
  await fetch(`${app.url}/users/12345?secret=1`);
  await untilCounted(app, 4);
  const samples = await scrape(app);
  expect(routesOf(samples)).toEqual(["/echo", "/status", "/users/:id", "not_found"]);
  expect(total(samples, "http_requests_total", { route: "/status", status: "503" })).toBe(1);
  expect(total(samples, "http_requests_total", { route: "/echo", method: "POST" })).toBe(1);
});

test("Express: the mounted and the matched template make the route", async () => {
  const app = await startApp("express");
  const paths = [
    ["/products/42", "/products/:id"],
    ["/products/42/reviews/7", "/products/:id/reviews/:review"],
    ["/api/users/ann", "/api/users/:name"],
    ["/tenants/acme/orders/9", "/tenants/:tenant/orders/:order"],
    ["/tenants/77/bare/9", "/tenants/:id/bare/:order"],
    ["/nothing/here/1", "not_found"],
    ["/throws/1", "/throws/:id"],
  ] as const;
  for (const [path] of paths) await (await fetch(`${app.url}${path}?q=1`)).text();
  await untilCounted(app, paths.length);
  const samples = await scrape(app);
  expect(routesOf(samples)).toEqual(paths.map(([, route]) => route).toSorted());
  expect(total(samples, "http_requests_total", { route: "/throws/:id", status: "500" })).toBe(1);
});

test("Fastify: the whole template, also where a hook answered, and not_found", async () => {
  const app = await startApp("fastify");
  const paths = [
    ["/products/42", "/products/:id"],
    ["/api/users/ann", "/api/users/:name"],
    ["/api/private/ann", "/api/private/:name"],
    ["/nothing/here/1", "not_found"],
  ] as const;
  for (const [path] of paths) await (await fetch(`${app.url}${path}?q=1`)).text();
  await untilCounted(app, paths.length);
  const samples = await scrape(app);
  expect(routesOf(samples)).toEqual(paths.map(([, route]) => route).toSorted());
  expect(total(samples, "http_requests_total", { route: "/api/private/:name", status: "401" })).toBe(1);
});

test("event loop, memory and CPU are there", async () => {
  const app = await startApp("plain");
  await waitUntil(
    async () => total(await scrape(app), "nodejs_eventloop_lag_max_seconds") > 0,
    "the first lag",
  );
  await fetch(`${app.url}/block?value=600`);
  await waitUntil(async () => total(await scrape(app), "nodejs_eventloop_lag_max_seconds") > 0.5, "the lag");
  const samples = await scrape(app);
  const utilization = total(samples, "nodejs_eventloop_utilization");
  expect(utilization).toBeGreaterThan(0.2);
  expect(utilization).toBeLessThanOrEqual(1);
  expect(samples.filter(({ name }) => name.startsWith("nodejs_eventloop_lag"))).toHaveLength(5);
  expect(total(samples, "process_resident_memory_bytes")).toBeGreaterThan(10_000_000);
  expect(total(samples, "process_cpu_seconds_total")).toBeGreaterThan(0.05);
});
