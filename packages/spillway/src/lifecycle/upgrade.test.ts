// Upgraded connections have no end to wait for.

import { once } from "node:events";
import { expect, test } from "vitest";
import { WebSocket } from "ws";
import { startApp } from "../../test/app-process.ts";

test("a WebSocket works until the drain, which ends it at once", async () => {
  const app = await startApp("websocket", { SPILLWAY_DRAIN_IDLE_MS: "8000" });
  const socket = new WebSocket(`ws://127.0.0.1:${app.port}/`);
  await once(socket, "open");
  const echoed = once(socket, "message");
  socket.send("hi");
  expect(String((await echoed)[0])).toBe("echo hi");

  const closed = once(socket, "close");
  const { end, milliseconds } = await app.terminate();
  await closed;
  expect(end).toBe(0);
  expect(milliseconds).toBeLessThan(1500);
});

test("during the drain delay a WebSocket stays open", async () => {
  const app = await startApp("websocket", { SPILLWAY_DRAIN_DELAY_MS: "800" });
  const socket = new WebSocket(`ws://127.0.0.1:${app.port}/`);
  await once(socket, "open");
  const closed = once(socket, "close");
  const startedAt = performance.now();
  const ending = app.terminate();
  await closed;
  expect(performance.now() - startedAt).toBeGreaterThan(790);
  expect((await ending).end).toBe(0);
});
