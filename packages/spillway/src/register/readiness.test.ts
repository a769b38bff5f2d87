// Readiness follows what the app really answers.

import { once } from "node:events";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { startApp } from "../../test/app-process.ts";
import { scrape, total } from "../../test/scrape.ts";
import { waitUntil } from "../../test/wait.ts";

test("an app that answers is ready", async () => {
  const app = await startApp("plain");
  const response = await fetch(`${app.privateUrl}/ready`);
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ ready: true, reason: "/ answered 200" });
});

test.each([
  [404, 200],
  [302, 200],
  [500, 503],
  [503, 503],
])("an app that answers %i makes /ready answer %i", async (status, expected) => {
  const app = await startApp("plain", { SPILLWAY_HEALTH_PATH: `/status?value=${status}` });
  const response = await fetch(`${app.privateUrl}/ready`);
  expect(response.status).toBe(expected);
  expect(await response.text()).toContain(`answered ${status}`);
});

test("an app whose handlers hang is live but not ready", async () => {
  const app = await startApp("plain");
  await fetch(`${app.url}/hang-from-now-on`);
  // The answer from before may be remembered for a moment.
  await waitUntil(async () => (await fetch(`${app.privateUrl}/ready`)).status === 503, "503");
  const response = await fetch(`${app.privateUrl}/ready`);
  expect(await response.json()).toEqual({
    ready: false,
    reason: "/: no answer within 1000 ms",
  });
  expect((await fetch(`${app.privateUrl}/live`)).status).toBe(200);
});

test("many pollers cost the app one probe, and probes are not counted as requests", async () => {
  const app = await startApp("probe-counter");
  const answers = await Promise.all(Array.from({ length: 50 }, () => fetch(`${app.privateUrl}/ready`)));
  expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(200));
  expect(await (await fetch(`${app.url}/probes`)).text()).toBe("1");
  expect(total(await scrape(app), "http_requests_total")).toBe(1);
});

test("an answer is remembered for a quarter of a second, then asked anew", async () => {
  const app = await startApp("probe-counter");
  const probes = async () => Number(await (await fetch(`${app.url}/probes`)).text());
  const startedAt = performance.now();
  await waitUntil(async () => {
    await fetch(`${app.privateUrl}/ready`);
    return (await probes()) >= 2;
  }, "a second probe");
  expect(performance.now() - startedAt).toBeGreaterThan(240);
});

test("a request cannot hide from the metrics by naming itself a probe", async () => {
  const app = await startApp("plain");
  const socket = connect(app.port, "127.0.0.1");
  socket.write("GET /x HTTP/1.1\r\nx-spillway-probe: guess\r\nhost: x\r\n\r\n");
  await once(socket, "data");
  socket.destroy();
  expect(total(await scrape(app), "http_requests_total")).toBe(1);
});

test("/live answers, and what the private server does not have is 404", async () => {
  const app = await startApp("plain");
  expect(await (await fetch(`${app.privateUrl}/live`)).json()).toEqual({ live: true });
  expect((await fetch(`${app.privateUrl}/`)).status).toBe(404);
  expect((await fetch(`${app.privateUrl}/metrics`, { method: "POST" })).status).toBe(404);
});
