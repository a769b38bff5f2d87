// The preload: where it acts, and that it does nothing elsewhere.

import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { freePort } from "../../../../testing/free-port.ts";
import { runNode, startApp } from "../../test/app-process.ts";
import { scrape, total } from "../../test/scrape.ts";
import { waitUntil } from "../../test/wait.ts";

describe("in a process that does not listen on PORT", () => {
  test("it loads neither prom-client nor the HTTP server, and lets the process end", async () => {
    const loaded = "console.log(JSON.stringify([process.moduleLoadList, Object.keys(require.cache)]))";
    const other = runNode(["-e", loaded], { PORT: "3000" });
    expect(await other.ended).toBe(0);
    expect(other.output()).toContain("NativeModule diagnostics_channel");
    expect(other.output()).not.toContain("prom-client");
    expect(other.output()).not.toMatch(/NativeModule _?http/);
    expect(other.output()).not.toContain("NativeModule net");
  });

  test("a server on another port gets no private server and no signal handling", async () => {
    const script = `
      const server = require('http').createServer((q, r) => r.end()).listen(0, '127.0.0.1', () => {
        console.log('listeners', process.listenerCount('SIGTERM'), Object.keys(require.cache).length);
        server.close();
      });`;
    const other = runNode(["-e", script], { PORT: "1", SPILLWAY_PRIVATE_PORT: "0" });
    expect(await other.ended).toBe(0);
    expect(other.output()).toBe("listeners 0 0\n");
  });

  test("a worker thread that listens on PORT is left alone", async () => {
    const port = await freePort();
    const inWorker = `
      const server = require('http').createServer(() => {}).listen(${port}, '127.0.0.1', () => {
        console.log('in worker');
        server.close();
      });`;
    const script = `new (require('worker_threads').Worker)(${JSON.stringify(inWorker)}, { eval: true })`;
    const other = runNode(["-e", script], { PORT: String(port), SPILLWAY_PRIVATE_PORT: "0" });
    expect(await other.ended).toBe(0);
    expect(other.output()).toBe("in worker\n");
  });
});

test("it does not keep a process alive whose server has closed", async () => {
  const port = await freePort();
  const script = `
    const server = require('http').createServer((q, r) => r.end()).listen(${port}, '127.0.0.1');
    process.stdin.resume();
    setTimeout(() => { server.close(); process.stdin.pause(); }, 300);`;
  const app = runNode(["-e", script], { PORT: String(port), SPILLWAY_PRIVATE_PORT: "0" });
  expect(await app.ended).toBe(0);
  expect(app.output()).toMatch(/private server on 127\.0\.0\.1 port \d+/);
});

test("only requests to the server on PORT are counted", async () => {
  const app = await startApp("two-servers");
  const otherPort = await portPrinted(app.output);
  await fetch(`http://127.0.0.1:${otherPort}/other`);
  await fetch(`${app.url}/mine`);
  await fetch(`${app.privateUrl}/live`);
  const samples = await scrape(app);
  expect(total(samples, "http_requests_total")).toBe(1);
  expect(total(samples, "http_requests_total", { route: "/mine" })).toBe(1);
});

async function portPrinted(output: () => string): Promise<number> {
  await waitUntil(() => /other (\d+)/.test(output()), "the other server", output);
  return Number(/other (\d+)/.exec(output())?.[1]);
}

test("two copies of the library in one process act once", async () => {
  const folder = await mkdtemp(join(tmpdir(), "spillway-copy-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await cp(new URL("..", import.meta.url), folder, { recursive: true });
  const copies = [new URL("./register.ts", import.meta.url), `file://${folder}/register/register.ts`];
  const app = await startApp("plain", {
    NODE_OPTIONS: copies.map((copy) => `--import=${String(copy)}`).join(" "),
  });
  await fetch(`${app.url}/x`);
  expect(total(await scrape(app), "http_requests_total")).toBe(1);
  expect(app.output().match(/private server on/g)).toHaveLength(1);
  expect((await app.terminate()).end).toBe(0);
});

describe("what is wrong around it is a warning, and the app runs", () => {
  test("a private port that is taken", async () => {
    const first = await startApp("plain");
    const port = await freePort();
    const fixture = new URL("../../test/fixtures/plain.ts", import.meta.url).pathname;
    const second = runNode([decodeURI(fixture)], {
      PORT: String(port),
      SPILLWAY_PRIVATE_PORT: String(first.privatePort),
    });
    await waitUntil(() => second.output().includes("SPILLWAY_PRIVATE_PORT_UNAVAILABLE"), "it");
    expect(await (await fetch(`http://127.0.0.1:${port}/x`)).text()).toBe("hello from /x");
  });

  test("settings that make no sense", async () => {
    const app = await startApp("plain", {
      SPILLWAY_HEALTH_PATH: "health",
      SPILLWAY_DRAIN_IDLE_MS: "soon",
      SPILLWAY_DRAIN_TIMEOUT_MS: "-1",
    });
    await waitUntil(() => app.output().includes("DRAIN_TIMEOUT"), "warnings");
    expect(app.output()).toMatch(/SPILLWAY_SETTING_INVALID.*SPILLWAY_HEALTH_PATH is "health"/);
    expect(app.output()).toMatch(/SPILLWAY_DRAIN_IDLE_MS is "soon".*; 2500 is used/);
    expect(app.output()).toMatch(/SPILLWAY_DRAIN_TIMEOUT_MS is "-1".*; 30000 is used/);
    expect((await fetch(`${app.privateUrl}/ready`)).status).toBe(200);
  });
});
