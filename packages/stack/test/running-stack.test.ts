// One stack, up and watched from outside: what its commands show and what its processes do.

import { once } from "node:events";
import { appendFileSync, existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { isAlive } from "../src/process/procfs.ts";
import { commandLine, listeningAddresses, stackProcesses } from "./helpers/proc.ts";
import { type Finished, Project, finished, shop } from "./helpers/project.ts";
import { until } from "./helpers/until.ts";

/** It listens without a host, and keeps a value where the next run should find it. */
const it = new Project({
  ...shop,
  "server.js": `import { createServer } from "node:http";
const server = createServer((request, response) => {
  console.log(process.env.INSTANCE_ID, request.url);
  if (request.url === "/kept") response.setHeader("Cache-Control", "public, max-age=60");
  response.end("hello\\n");
});
server.listen(Number(process.env.PORT));
`,
});
const timeoutMs = 20_000;
const size = ["--instances", "2", "--replicas", "1"];
let started: Finished;

beforeAll(async () => {
  started = await it.succeed(["up", "--detach", ...size]);
});
afterAll(() => it.remove());

test("up names its folder, one timed line per tier and six facts", () => {
  expect(started.stderr).toBe("");
  const lines = started.stdout.split("\n");
  expect(lines.slice(0, 2)).toEqual([
    "shop · Node.js · no config file, all defaults",
    `  made ${it.dir}/.spillway for state, data and logs (git ignores it)`,
  ]);
  const tiers = lines.flatMap((line) => /^ {2}✓ (\w+(?: ×\d)?) .* \d+\.\d\d s$/.exec(line)?.[1] ?? []);
  expect(tiers.toSorted()).toEqual([
    "app ×2",
    "balancer",
    "cache",
    "edge ×2",
    "primary",
    "purger",
    "replica",
    "storage",
  ]);
  const facts = lines.slice(lines.findIndex((line) => line.includes("ready in")) + 2);
  expect(facts.filter((line) => line !== "").map((line) => line.trim().split(/ {2,}/)[0])).toEqual([
    "shop",
    "path",
    "status",
    "logs",
    "scale",
    "stop",
  ]);
});

test("the purger counts how much of what is asked the edges answer by themselves", async () => {
  const { url, components } = await it.status();
  const { port } = components.find(({ role }) => role === "purger")!;
  const counts = async (): Promise<[requests: number, fetches: number]> => {
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const read = (name: string): number =>
      Number(new RegExp(`^${name}\\{edge="edge-1"\\} (\\d+)$`, "m").exec(text)?.[1]);
    return [read("edge_requests_total"), read("edge_fetches_total")];
  };
  const before = await counts();
  for (let count = 0; count < 30; count++) await (await fetch(`${url}/kept`)).text();
  // A thread of Varnish adds what it counted when it has nothing to do.
  let after = before;
  const isCounted = async (): Promise<boolean> => {
    after = await counts();
    return after[0] - before[0] >= 30;
  };
  await until(isCounted, { what: "30 requests to be counted", timeoutMs: 5_000 });
  // One to fill it, and the looks at the edge, one a second.
  expect(after[1] - before[1]).toBeGreaterThanOrEqual(1);
  expect(after[1] - before[1]).toBeLessThan(10);
});

test("status shows every process with its role, ready and alive", async () => {
  const { state, url, components, supervisor } = await it.status();
  expect(state).toBe("ready");
  expect(components.map(({ name, role, state: each }) => `${name} ${role} ${each}`).toSorted()).toEqual([
    "app-1 app ready",
    "app-2 app ready",
    "balancer balancer ready",
    "cache cache ready",
    "edge-1 edge ready",
    "edge-2 edge ready",
    "primary primary ready",
    "purger purger ready",
    "replica-1 replica ready",
    "storage storage ready",
  ]);
  const living = stackProcesses(it.dir).map(({ pid }) => pid);
  for (const { pid, name } of components) expect(living, name).toContain(pid);
  expect(living).toContain(supervisor?.pid);
  expect(await (await fetch(url!)).text()).toBe("hello\n");
});

test("everything listens on 127.0.0.1 only, also an app that names no host", async () => {
  const { components } = await it.status();
  const addresses = listeningAddresses(stackProcesses(it.dir).map(({ pid }) => pid));
  for (const { port, name } of components) expect(addresses, name).toContain(`127.0.0.1:${port}`);
  expect(addresses.filter((address) => !address.startsWith("127.0.0.1:"))).toEqual([]);
});

test("no password is in any output, log or command line", async () => {
  expect(statSync(it.path(".spillway/secrets.json")).mode & 0o777).toBe(0o600);
  const secrets = Object.values(JSON.parse(it.read(".spillway/secrets.json")) as Record<string, string>);
  expect(secrets.length).toBeGreaterThan(4);
  const commands = [
    ["explain"],
    ["explain", "--json"],
    ["explain", "cache", "product:1"],
    ["status"],
    ["status", "--json"],
    ["logs", "-n", "9999"],
  ];
  const outputs = await Promise.all(commands.map((args) => it.spillway(args)));
  const logs = readdirSync(it.path(".spillway"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(it.path(`.spillway/${entry.name}/log`)))
    .map(({ name }) => it.read(`.spillway/${name}/log`));
  const lines = stackProcesses(it.dir).map(({ pid }) => commandLine(pid));
  expect(lines.length).toBeGreaterThan(9);
  const shown = [...outputs.flatMap(({ stdout, stderr }) => [stdout, stderr]), ...logs, ...lines].join("\n");
  expect(shown).toContain("postgres://app:***@127.0.0.1:");
  for (const secret of secrets) expect(shown).not.toContain(secret);
});

test("what Redis knows of a key of the app's cache can be asked for", async () => {
  const { stdout, code } = await it.spillway(["explain", "cache", "product:1", "--json"]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ key: "product:1", state: "missing", loading: false });
  const { stdout: shown } = await it.spillway(["explain", "cache", "product:1"]);
  expect(shown).toContain("missing: no value is stored");
});

test("wrong targets of a running stack are refused", async () => {
  const answer = async (...args: string[]): Promise<string> => it.complaint(await it.spillway(args));
  expect(await answer("up")).toMatchInlineSnapshot(`
    "error SPW_ALREADY_RUNNING: This stack is up already (supervisor pid <pid>)
      \`spillway status\` shows it, \`spillway down\` ends it.
    exit code 2"
  `);
  expect(await answer("scale", "web=3")).toMatchInlineSnapshot(`
    "error SPW_SCALE_TARGET: Cannot scale web=3: expected app=N with N from 1 to 8 (app.maxInstances)
      For example: \`spillway scale app=5\`.
    exit code 2"
  `);
  expect(await answer("scale", "app=99")).toMatchInlineSnapshot(`
    "error SPW_SCALE_TARGET: Cannot scale app=99: expected app=N with N from 1 to 8 (app.maxInstances)
      For example: \`spillway scale app=5\`.
    exit code 2"
  `);
  expect(await answer("scale", "app=0")).toMatchInlineSnapshot(`
    "error SPW_SCALE_TARGET: Cannot scale app=0: expected app=N with N from 1 to 8 (app.maxInstances)
      For example: \`spillway scale app=5\`.
    exit code 2"
  `);
  expect(await answer("logs", "app1")).toMatchInlineSnapshot(`
    "error SPW_UNKNOWN_COMPONENT: No component is called app1 — did you mean app-1?
      There are: app-1, app-2, balancer, cache, edge-1, edge-2, primary, purger, replica-1, storage, supervisor.
    exit code 2"
  `);
  expect(await answer("logs", "redis")).toMatchInlineSnapshot(`
    "error SPW_UNKNOWN_COMPONENT: No component is called redis
      There are: app-1, app-2, balancer, cache, edge-1, edge-2, primary, purger, replica-1, storage, supervisor.
    exit code 2"
  `);
  expect((await it.status()).state).toBe("ready");
});

test("logs -f prints what is written from now on", async () => {
  const { url } = await it.status();
  const follower = it.start(["logs", "-f"]);
  onTestFinished(() => void follower.kill());
  let shown = "";
  follower.stdout!.setEncoding("utf8").on("data", (text: string) => (shown += text));
  await until(() => shown !== "", { what: "the end of the logs so far", timeoutMs });
  await fetch(`${url}/followed`);
  const line = /^app-\d +\| app-\d \/followed$/m;
  const found = await until(() => line.exec(shown) ?? undefined, {
    what: "the request in the log",
    timeoutMs,
  });
  expect(found).toHaveLength(1);
});

test.each(["logs", "logs -f"])("%s ends quietly when its reader goes away", async (command) => {
  const { url } = await it.status();
  // More than fits a pipe, so that it still writes when the reader is gone.
  for (const name of ["app-1", "app-2"]) {
    appendFileSync(it.path(`.spillway/${name}/log`), `${"x".repeat(99)}\n`.repeat(700));
  }
  const reader = it.start([...command.split(" "), "--lines", "9999"]);
  const asking = setInterval(() => void fetch(`${url}/${Date.now()}`).catch(() => undefined), 100);
  onTestFinished(() => {
    clearInterval(asking);
    reader.kill("SIGKILL");
  });
  let complaint = "";
  reader.stderr!.setEncoding("utf8").on("data", (text: string) => (complaint += text));
  reader.stdout!.once("data", () => reader.stdout!.destroy());
  const [code] = (await once(reader, "exit", { signal: AbortSignal.timeout(20_000) })) as [number];
  expect({ code, complaint }).toEqual({ code: 0, complaint: "" });
});

test("a stack that went down and up again has its ports and its data", async () => {
  const before = await it.status();
  const ports = (status: typeof before): [string, number][] =>
    status.components.map(({ name, port }) => [name, port]);
  const processes = stackProcesses(it.dir);
  const pgControl = it.path(".spillway/primary/data/global/pg_control");
  const identity = (): string => readFileSync(pgControl).subarray(0, 8).toString("hex");
  const system = identity();

  const { stdout } = await it.succeed(["down"]);
  expect(stdout).toMatch(/^stopped in \d+\.\d+ s; data is kept\n$/);
  expect(stackProcesses(it.dir)).toEqual([]);
  expect(processes.filter(isAlive)).toEqual([]);
  const stopped = await it.status();
  expect(stopped.state).toBe("stopped");
  expect(stopped.components.every(({ state, pid }) => state === "stopped" && pid === null)).toBe(true);

  await it.succeed(["up", "--detach", ...size]);
  expect(ports(await it.status())).toEqual(ports(before));
  expect(identity()).toBe(system);
});

test("a foreground up ends everything on Ctrl-C, with exit code 0", async () => {
  await it.succeed(["down"]);
  const child = it.start(["up", ...size]);
  const end = finished(child);
  await until(
    async () => (await it.spillway(["status", "--json"])).stdout.includes(`"state":"ready","url"`),
    { what: "the stack to be ready", timeoutMs },
  );
  child.kill("SIGINT");
  const { code, stdout, stderr } = await end;
  expect(stdout).toMatch(/stopping\nstopped in \d+\.\d+ s; data is kept\n$/);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stackProcesses(it.dir)).toEqual([]);
});
