// Starts that fail: the root cause comes last, nothing is tried twice, and nothing is left running.

import { once } from "node:events";
import { mkdirSync, symlinkSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { dirname } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { findProgram } from "../src/components/programs.ts";
import { stackProcesses } from "./helpers/proc.ts";
import { type Project, project, shop, small } from "./helpers/project.ts";

/** Tries to start the app with this server; checks what every failed start has in common. */
async function failedStart(it: Project, ...args: string[]): Promise<string> {
  const result = await it.spillway(["up", ...small, ...args]);
  expect(stackProcesses(it.dir)).toEqual([]);
  return it.complaint(result);
}

const withServer = (text: string): Project => project({ ...shop, "server.js": text });

const server = (handler: string, port = "process.env.PORT"): string =>
  `import { createServer } from "node:http";\ncreateServer(${handler}).listen(${port});\n`;

test("a port that is taken is told by whom", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void taken.close());
  await once(taken, "listening");
  const { port } = taken.address() as AddressInfo;
  const it = project();
  const said = await failedStart(it, "--port", String(port));
  expect(said).toMatchInlineSnapshot(`
    "error SPW_PORT_IN_USE: edge.port: port <port> is taken by node (pid <pid>)
      End that process, give edge.port another port, or leave it out and a free one is chosen.
    exit code 2"
  `);
  expect((await it.spillway(["up", "--port", String(port)])).stderr).toContain(
    `port ${port} is taken by node (pid ${process.pid})`,
  );
});

test("a program that is not installed is named, with the line that installs it", async () => {
  const it = project();
  const bin = it.path("bin");
  mkdirSync(bin);
  // varnishd and haproxy are found in sbin besides; what is linked here is all that else there is.
  for (const name of ["sh", "git"]) symlinkSync(findProgram(name)!, `${bin}/${name}`);
  symlinkSync(process.execPath, `${bin}/node`);
  expect(dirname(findProgram("redis-server")!)).not.toMatch(/sbin$/);
  const result = await it.spillway(["up"], { env: { PATH: bin } });
  expect(result.stdout).toBe("");
  expect(it.complaint(result).replace("sudo ", "")).toMatchInlineSnapshot(`
    "error SPW_BINARY_MISSING: Not installed: redis-server
      Install with: apt-get install -y --no-install-recommends redis-server
    exit code 2"
  `);
});

test("an app that ends at once is told by its own last error, and is started once", async () => {
  const it = withServer(`import { appendFileSync } from "node:fs";
appendFileSync("starts", "x");
console.log("reading the catalogue");
throw new Error("catalogue.json is empty");
`);
  expect(await failedStart(it)).toMatchInlineSnapshot(`
    "error SPW_COMPONENT_EXITED: app-1 ended before it was ready: exit code 1. Log: <dir>/.spillway/app-1/log
      Error: catalogue.json is empty
    exit code 1"
  `);
  expect(it.read("starts")).toBe("x");
});

test("an app that ends without an error is told by its last words", async () => {
  expect(await failedStart(withServer(`console.log("all done");\n`))).toMatchInlineSnapshot(`
    "error SPW_COMPONENT_EXITED: app-1 ended before it was ready: exit code 0. Log: <dir>/.spillway/app-1/log
      all done
    exit code 1"
  `);
});

test("an app that listens on a port of its own choice is told to use PORT", async () => {
  const it = withServer(server(`(request, response) => response.end("x")`, "0"));
  expect(await failedStart(it, "--set", "app.startTimeoutMs=1000")).toMatchInlineSnapshot(`
    "error SPW_COMPONENT_NOT_READY: app-1 was not ready within 1 s. Log: <dir>/.spillway/app-1/log
      nothing listens on port <port>: does the app listen on process.env.PORT?
    exit code 1"
  `);
});

test("an app whose health path answers 500 is not ready", async () => {
  const it = withServer(server("(request, response) => response.writeHead(500).end()"));
  const settings = ["--set", "app.startTimeoutMs=1000", "--set", "app.health.path=/up"];
  expect(await failedStart(it, ...settings)).toMatchInlineSnapshot(`
    "error SPW_COMPONENT_NOT_READY: app-1 was not ready within 1 s. Log: <dir>/.spillway/app-1/log
      status 500 on /up
    exit code 1"
  `);
});

test("an app that never answers is not ready", async () => {
  const it = withServer(server("() => {}"));
  expect(await failedStart(it, "--set", "app.startTimeoutMs=1500")).toMatchInlineSnapshot(`
    "error SPW_COMPONENT_NOT_READY: app-1 was not ready within 1.5 s. Log: <dir>/.spillway/app-1/log
      no answer on / within 750 ms
    exit code 1"
  `);
});

test("a release command that fails is told by its own last error", async () => {
  const it = project({
    ...shop,
    "migrate.js": `console.log("001 done");\nthrow new Error("column price does not exist");\n`,
    "spillway.config.js": `export default { app: { release: ["node migrate.js"] } };\n`,
  });
  expect(await failedStart(it)).toMatchInlineSnapshot(`
    "error SPW_RELEASE_FAILED: The release command \`node migrate.js\` failed: exit code 1. Log: <dir>/.spillway/release/log
      Error: column price does not exist
    exit code 1"
  `);
});

test("a build that fails is told by its own last error", async () => {
  const it = project({
    ...shop,
    "build.js": `console.log("compiling 3 files");
console.error("src/page.ts(3,1): error TS2322: Type 'string' is not assignable to type 'number'.");
console.log("2 files were compiled");
process.exitCode = 2;
`,
    "spillway.config.js": `export default { app: { build: "node build.js" } };\n`,
  });
  expect(await failedStart(it)).toMatchInlineSnapshot(`
    "error SPW_BUILD_FAILED: The build (node build.js) failed: exit code 2. Log: <dir>/.spillway/build/log
      src/page.ts(3,1): error TS2322: Type 'string' is not assignable to type 'number'.
    exit code 1"
  `);
});

test("a password that the app prints is not in our output", async () => {
  const it = withServer("throw new Error(`cannot reach ${process.env.DATABASE_URL}`);\n");
  const plain = await it.spillway(["up", ...small]);
  expect(it.complaint(plain)).toMatchInlineSnapshot(`
    "error SPW_COMPONENT_EXITED: app-1 ended before it was ready: exit code 1. Log: <dir>/.spillway/app-1/log
      Error: cannot reach postgres://app:***@127.0.0.1:<port>/app
    exit code 1"
  `);
  const json = await it.spillway(["up", ...small, "--json"]);
  const logs = await it.spillway(["logs"]);
  expect(logs.stdout).toContain("cannot reach postgres://app:***@127.0.0.1:");
  const shown = [plain, json, logs].flatMap(({ stdout, stderr }) => [stdout, stderr]).join("");
  const { app } = JSON.parse(it.read(".spillway/secrets.json")) as { app: string };
  expect(it.read(".spillway/app-1/log")).toContain(app);
  expect(shown).not.toContain(app);
});

test("with --json a failed start ends with one error object and exit code 1", async () => {
  const it = withServer(`throw new Error("no luck");\n`);
  const { code, stdout, stderr } = await it.spillway(["up", ...small, "--json"]);
  const lines = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.filter((line) => "error" in line)).toEqual([lines.at(-1)]);
  expect(lines.at(-1)).toMatchObject({
    error: { code: "SPW_COMPONENT_EXITED", hint: "Error: no luck", exitCode: 1 },
  });
  expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
});
