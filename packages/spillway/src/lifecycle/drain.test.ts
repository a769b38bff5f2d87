// What a process does between SIGTERM and its end.

import { request as httpRequest, Agent, type IncomingMessage } from "node:http";
import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { startApp, type AppProcess } from "../../test/app-process.ts";
import { scrape, total } from "../../test/scrape.ts";
import { waitUntil } from "../../test/wait.ts";

async function untilInFlight(app: AppProcess, count = 1): Promise<void> {
  await waitUntil(
    async () => total(await scrape(app), "http_requests_in_flight") === count,
    `${count} requests in flight`,
  );
}

async function untilDraining(app: AppProcess): Promise<void> {
  await waitUntil(async () => (await fetch(`${app.privateUrl}/ready`)).status === 503, "the drain");
}

test("a process without connections leaves at once with code 0", async () => {
  const app = await startApp("plain");
  const { end, milliseconds } = await app.terminate();
  expect(end).toBe(0);
  expect(milliseconds).toBeLessThan(1000);
});

test("a request in flight is answered whole, with Connection: close", async () => {
  const app = await startApp("plain");
  const slow = fetch(`${app.url}/slow?value=700`);
  await untilInFlight(app);
  const { end } = await app.terminate();
  const response = await slow;
  expect(response.headers.get("connection")).toBe("close");
  expect(await response.text()).toBe("slow");
  expect(end).toBe(0);
});

test("a stream that has begun is sent to its end", async () => {
  const app = await startApp("plain", { SPILLWAY_DRAIN_IDLE_MS: "200" });
  const response = await fetch(`${app.url}/stream?value=20`);
  const { end } = await app.terminate();
  expect(await response.text()).toMatch(/^chunk 0\n[^]*chunk 19\nend\n$/);
  expect(end).toBe(0);
});

test("during the delay new connections are served, not ready, with Connection: close", async () => {
  const app = await startApp("plain", { SPILLWAY_DRAIN_DELAY_MS: "1500" });
  const ending = app.terminate();
  await untilDraining(app);
  expect(await (await fetch(`${app.privateUrl}/ready`)).json()).toEqual({
    ready: false,
    reason: "draining",
  });
  const response = await fetch(`${app.url}/x`);
  expect(response.headers.get("connection")).toBe("close");
  expect(await response.text()).toBe("hello from /x");
  const { end, milliseconds } = await ending;
  expect(end).toBe(0);
  expect(milliseconds).toBeGreaterThan(1450);
});

describe("an idle keep-alive connection", () => {
  async function idleConnection(app: AppProcess, agent: Agent) {
    const sent = httpRequest(`${app.url}/x`, { agent }).end();
    const [response] = (await once(sent, "response")) as [IncomingMessage];
    const { socket } = response;
    response.resume();
    await once(response, "end");
    return socket;
  }

  test("is left for the other side to close, and the process goes when it has", async () => {
    const app = await startApp("plain", { SPILLWAY_DRAIN_IDLE_MS: "5000" });
    const agent = new Agent({ keepAlive: true });
    const socket = await idleConnection(app, agent);
    const startedAt = performance.now();
    app.child.kill("SIGTERM");
    await untilDraining(app);
    expect(socket.readyState).toBe("open");
    agent.destroy();
    expect(await app.ended).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(3000);
  });

  test("is closed by us when the idle time is over", async () => {
    const app = await startApp("plain", { SPILLWAY_DRAIN_IDLE_MS: "600" });
    const agent = new Agent({ keepAlive: true });
    await idleConnection(app, agent);
    const { end, milliseconds } = await app.terminate();
    agent.destroy();
    expect(end).toBe(0);
    expect(milliseconds).toBeGreaterThan(590);
    expect(milliseconds).toBeLessThan(2500);
  });

  test("still serves one more request, which closes it", async () => {
    const app = await startApp("plain");
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    await idleConnection(app, agent);
    const ending = app.terminate();
    await untilDraining(app);
    const sent = httpRequest(`${app.url}/again`, { agent, method: "POST" }).end("body");
    const [response] = (await once(sent, "response")) as [IncomingMessage];
    expect(sent.reusedSocket).toBe(true);
    expect(response.headers.connection).toBe("close");
    response.resume();
    const { end, milliseconds } = await ending;
    expect(end).toBe(0);
    expect(milliseconds).toBeLessThan(2000);
  });
});

test("at the bound what is left is cut, named, and the exit code is 1", async () => {
  const app = await startApp("plain", {
    SPILLWAY_DRAIN_TIMEOUT_MS: "500",
    SPILLWAY_DRAIN_IDLE_MS: "100",
  });
  const slow = fetch(`${app.url}/slow?value=60000`).catch(() => "cut");
  await untilInFlight(app);
  const { end, milliseconds } = await app.terminate();
  expect(await slow).toBe("cut");
  expect(end).toBe(1);
  expect(milliseconds).toBeGreaterThan(490);
  expect(milliseconds).toBeLessThan(2000);
  expect(app.output()).toMatch(/SPILLWAY_DRAIN_CUT.*: 1 requests had no whole response/);
});

test("a second SIGTERM neither shortens nor restarts the drain", async () => {
  const app = await startApp("plain");
  const slow = fetch(`${app.url}/slow?value=900`);
  await untilInFlight(app);
  const ending = app.terminate();
  await untilDraining(app);
  for (let more = 0; more < 3; more++) app.child.kill("SIGTERM");
  expect(await (await slow).text()).toBe("slow");
  const { end, milliseconds } = await ending;
  expect(end).toBe(0);
  expect(milliseconds).toBeLessThan(2000);
});
