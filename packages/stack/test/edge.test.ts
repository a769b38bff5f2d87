// What an edge may share and what it never may: the real Varnish with our VCL, before an origin that says
// what each test needs.

import { mkdtempSync, rmSync } from "node:fs";
import {
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  createServer,
  request,
} from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { varnishComponent } from "../src/components/varnish.ts";
import { merge } from "../src/config/merge.ts";
import {
  StackFolder,
  isRoot,
  makeRuntimeFolder,
  makeStackFolder,
  systemFolder,
} from "../src/state/folder.ts";
import { type Secrets, ensureSecrets } from "../src/state/secrets.ts";
import { newState } from "../src/state/state.ts";
import { Journal } from "../src/process/journal.ts";
import { ManagedProcess } from "../src/supervisor/managed-process.ts";
import { findPorts } from "../src/supervisor/ports.ts";
import { drawTopology, nodeNamed, portRequests } from "../src/topology/topology.ts";

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** What the origin does with a request; the number counts the requests for this path, from 1. */
type Handler = (
  seen: IncomingMessage,
  count: number,
) => Record<string, string> | Promise<Record<string, string>>;

const handlers = new Map<string, Handler>();
const counts = new Map<string, number>();
const lastSeen = new Map<string, IncomingMessage>();
const servers: Server[] = [];
let edge: ManagedProcess;
let web = 0;
let cdn = 0;
let secrets: Secrets;
let cleanUp: () => void;

/** Answers with the count of requests for the path, so that a shared response is told from a new one. */
function origin(port: number): Promise<void> {
  const server = createServer(async (incoming, response) => {
    const path = incoming.url ?? "";
    const count = (counts.get(path) ?? 0) + 1;
    counts.set(path, count);
    lastSeen.set(path, incoming);
    if (path.startsWith("/__spillway")) {
      response.end("ok");
      return;
    }
    const headers = await (handlers.get(path)?.(incoming, count) ?? {});
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    response.end(String(count));
  });
  servers.push(server);
  return new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
}

function ask(
  port: number,
  path: string,
  options: { method?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port, path, agent: false, ...options }, async (response) => {
      let body = "";
      for await (const chunk of response) body += String(chunk);
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
    });
    asked.once("error", reject);
    asked.end();
  });
}

beforeAll(async () => {
  const dir = mkdtempSync(join(tmpdir(), "spillway-edge-"));
  const folder = new StackFolder(dir);
  makeStackFolder(folder);
  const { settings } = merge([{ source: "file", config: { name: "edge", edge: { instances: 1 } } }]);
  const { id } = newState(dir);
  const topology = drawTopology(settings, await findPorts(portRequests(settings), {}));
  secrets = ensureSecrets(folder);
  const context = { id, folder, runtime: makeRuntimeFolder(id), settings, topology, secrets };
  const { main, once } = nodeNamed(topology, "balancer").ports;
  for (const port of [main, once, nodeNamed(topology, "storage").ports["main"]]) await origin(port!);
  const quiet = {
    folder,
    journal: new Journal(folder.journal),
    onState: () => undefined,
    redact: (text: string) => text,
  };
  edge = new ManagedProcess(varnishComponent(context, "edge-1"), quiet);
  ({ main: web = 0, cdn = 0 } = nodeNamed(topology, "edge-1").ports);
  cleanUp = () => {
    for (const path of [dir, context.runtime, ...(isRoot ? [systemFolder(id)] : [])])
      rmSync(path, { recursive: true, force: true });
  };
  await edge.start();
});

afterAll(async () => {
  await edge?.stop();
  for (const server of servers) server.close();
  cleanUp?.();
});

describe("never shared", () => {
  test.each([
    ["private", { "cache-control": "private, max-age=60" }, {}],
    ["no-store", { "cache-control": "no-store" }, {}],
    ["no-cache", { "cache-control": "no-cache" }, {}],
    ["a response that sets a cookie", { "cache-control": "public, max-age=60", "set-cookie": "a=1" }, {}],
    ["a response that says nothing of its life", {}, {}],
    ["an answer to Authorization", { "cache-control": "max-age=60" }, { authorization: "Basic eA==" }],
    [
      "an answer to a cookie that is not outright for all",
      { "cache-control": "max-age=60" },
      { cookie: "session=1" },
    ],
    ["a response that varies by everything", { "cache-control": "max-age=60", vary: "*" }, {}],
  ])("%s", async (name, headers, asking) => {
    const path = `/never/${encodeURIComponent(name)}`;
    handlers.set(path, () => headers);
    for (const expected of ["1", "2", "3"]) {
      const answer = await ask(web, path, { headers: asking });
      expect(answer.body).toBe(expected);
      expect(answer.headers["cache-status"]).not.toContain("hit");
    }
  });

  test("what one visitor was answered is not given to another who sends no cookie", async () => {
    handlers.set("/cart", () => ({ "cache-control": "max-age=60" }));
    expect((await ask(web, "/cart", { headers: { cookie: "session=1" } })).body).toBe("1");
    expect((await ask(web, "/cart")).body).toBe("2");
  });
});

describe("shared", () => {
  test.each([
    ["max-age", { "cache-control": "max-age=60" }],
    ["s-maxage over max-age", { "cache-control": "max-age=0, s-maxage=60" }],
    ["immutable files", { "cache-control": "public, max-age=31536000, immutable" }],
  ])("%s", async (name, headers) => {
    const path = `/shared/${encodeURIComponent(name)}`;
    handlers.set(path, () => headers);
    expect((await ask(web, path)).headers["cache-status"]).toBe(
      "edge-1; fwd=uri-miss; fwd-status=200; stored",
    );
    const second = await ask(web, path);
    expect(second.body).toBe("1");
    expect(second.headers["cache-status"]).toMatch(/^edge-1; hit; ttl=\d+$/);
  });

  test("with visitors who carry cookies, when the response says it is for all", async () => {
    handlers.set("/public", () => ({ "cache-control": "public, s-maxage=60" }));
    expect((await ask(web, "/public", { headers: { cookie: "a=1" } })).body).toBe("1");
    expect((await ask(web, "/public", { headers: { cookie: "b=2" } })).body).toBe("1");
  });

  test("each variant for itself", async () => {
    handlers.set("/varies", () => ({ "cache-control": "max-age=60", vary: "x-kind" }));
    expect((await ask(web, "/varies", { headers: { "x-kind": "a" } })).body).toBe("1");
    expect((await ask(web, "/varies", { headers: { "x-kind": "b" } })).body).toBe("2");
    expect((await ask(web, "/varies", { headers: { "x-kind": "a" } })).body).toBe("1");
  });
});

describe("past its life", () => {
  test("a response is served stale at once while it is asked for anew, if it permits", async () => {
    handlers.set("/swr", async (_seen, count) => {
      if (count > 1) await sleep(500);
      return { "cache-control": "s-maxage=1, stale-while-revalidate=60" };
    });
    await ask(web, "/swr");
    await sleep(1_500);
    const began = Date.now();
    expect((await ask(web, "/swr")).body).toBe("1");
    expect(Date.now() - began).toBeLessThan(400);
    await expect.poll(async () => (await ask(web, "/swr")).body, { timeout: 3_000 }).toBe("2");
  });

  test.each([
    ["without permission", "s-maxage=1"],
    ["with must-revalidate", "s-maxage=1, stale-while-revalidate=60, must-revalidate"],
  ])("%s it is not", async (name, control) => {
    const path = `/stale/${encodeURIComponent(name)}`;
    handlers.set(path, () => ({ "cache-control": control }));
    await ask(web, path);
    await sleep(1_500);
    expect((await ask(web, path)).body).toBe("2");
  });
});

test("fifty requests for one missing object become one", async () => {
  handlers.set("/collapsed", async () => {
    await sleep(300);
    return { "cache-control": "max-age=60" };
  });
  const answers = await Promise.all(Array.from({ length: 50 }, () => ask(web, "/collapsed")));
  expect(new Set(answers.map((one) => one.body))).toEqual(new Set(["1"]));
});

test("the app is told who asks by the edge, not by the client", async () => {
  const claims = {
    "x-forwarded-for": "6.6.6.6",
    "x-forwarded-host": "evil.example",
    "x-forwarded-proto": "https",
  };
  await ask(web, "/forwarded", {
    headers: { ...claims, host: "shop.example", "x-spillway-origin": "guess" },
  });
  const { headers } = lastSeen.get("/forwarded")!;
  expect(headers["x-forwarded-host"]).toBe("shop.example");
  expect(headers["x-forwarded-proto"]).toBe("http");
  expect(headers["x-forwarded-for"]).not.toContain("6.6.6.6");
  expect(headers["x-spillway-origin"]).toBeUndefined();
});

test("a POST is passed on once, also when its answer never comes", async () => {
  handlers.set("/fails", (seen) => {
    seen.socket.destroy();
    return {};
  });
  // After others that went well, so that there is a connection to be used again.
  for (let index = 0; index < 3; index++) await ask(web, "/works", { method: "POST" });
  expect((await ask(web, "/fails", { method: "POST" })).status).toBe(503);
  expect(counts.get("/fails")).toBe(1);
});

describe("the address of the stored objects", () => {
  test("serves an object by its key and shows the storage its secret", async () => {
    handlers.set("/app/images/a.webp", () => ({ "cache-control": "public, max-age=60" }));
    const asked = { headers: { cookie: "a=1", authorization: "Basic eA==" } };
    expect((await ask(cdn, "/images/a.webp?acl", asked)).status).toBe(200);
    const { headers } = lastSeen.get("/app/images/a.webp")!;
    expect(headers["x-spillway-origin"]).toBe(secrets.origin);
    expect([headers.cookie, headers.authorization]).toEqual([undefined, undefined]);
  });

  test("lists nothing and changes nothing", async () => {
    expect((await ask(cdn, "/")).status).toBe(404);
    expect((await ask(cdn, "/?list-type=2")).status).toBe(404);
    for (const method of ["PUT", "POST", "DELETE"])
      expect((await ask(cdn, "/x", { method })).status).toBe(405);
    expect([...counts.keys()].filter((path) => path === "/app/" || path === "/app/x")).toEqual([]);
  });
});
