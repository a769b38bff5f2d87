// What is more than a request and its answer: interim responses (1xx), whose announcement comes to nothing while the
// answer itself arrives, and WebSockets.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { type BalancerEngine, balancerEngines } from "../../src/config/types.ts";
import { until } from "../helpers/until.ts";
import { ask } from "./ask.ts";
import { type EdgeServer, startEdge } from "./edge-server.ts";

const preload = new URL("../../../spillway/src/register/register.ts", import.meta.url).href;
const script = `
  const server = require("http").createServer((request, response) => {
    const finish = () => response.setHeader("cache-control", "max-age=60").end("the page of " + request.url);
    if (request.url === "/hints") response.writeEarlyHints({ link: "</a.css>; rel=preload; as=style" }, finish);
    else if (request.url === "/processing") response.writeProcessing(finish);
    else finish();
  }).listen(process.env.PORT, "127.0.0.1");
  const { WebSocketServer } = require(process.env.WS);
  new WebSocketServer({ server }).on("connection", (socket, request) => {
    socket.on("message", (text) => socket.send(text + " of " + request.headers["x-forwarded-host"]));
  });`;

describe.each(balancerEngines)("through %s", (engine: BalancerEngine) => {
  let edge: EdgeServer;
  let app: ChildProcess;

  beforeAll(async () => {
    edge = await startEdge(engine, async (port) => {
      app = spawn(process.execPath, [`--import=${preload}`, "-e", script], {
        env: {
          PATH: process.env["PATH"],
          PORT: String(port),
          SPILLWAY_PRIVATE_PORT: "0",
          WS: createRequire(import.meta.url).resolve("ws"),
        },
        stdio: "ignore",
      });
      await until(async () => (await ask(port, "/")).status === 200, { what: "the app", timeoutMs: 10_000 });
    });
  });
  afterAll(async () => {
    await edge?.stop();
    app.kill("SIGKILL");
    await once(app, "close");
  });

  test.each(["/hints", "/processing"])("the answer after %s arrives, and is stored", async (path) => {
    for (const expected of [/stored/, /hit/]) {
      const answer = await edge.ask(path);
      expect([answer.status, answer.body]).toEqual([200, `the page of ${path}`]);
      expect(answer.headers["cache-status"]).toMatch(expected);
    }
  });

  test("a WebSocket passes, both ways and more than once, with what the edge says of its client", async () => {
    const headers = { "x-forwarded-host": "evil.example", host: "shop.example" };
    const socket = new WebSocket(`ws://127.0.0.1:${edge.ports.web}/socket`, { headers });
    await once(socket, "open");
    for (const word of ["there", "back"]) {
      socket.send(word);
      expect(String((await once(socket, "message"))[0])).toBe(`${word} of shop.example`);
    }
    socket.close();
    await once(socket, "close");
  });
});
