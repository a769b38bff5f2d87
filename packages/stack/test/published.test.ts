// What npm users get: both packages packed, installed into a project outside the repository, and used there
// with the commands of the README and nothing else.

import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { StackStatus } from "../src/supervisor/status.ts";
import { succeed } from "./helpers/command.ts";
import { get } from "./helpers/shop.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const server = `import { createServer } from "node:http";

createServer((request, response) => {
  response.setHeader("content-type", "text/plain");
  response.end(\`\${request.url} from \${process.env.INSTANCE_ID}\`);
}).listen(process.env.PORT);
`;

let home: string;
let project: string;
const tarballs: Record<string, string> = {};

/** The user's own environment: nothing of this repository is on the path, and no npm above them. */
function foreignEnvironment(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(([name]) => !/^(?:npm_|NODE_ENV$|VITEST)/.test(name));
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => !folder.startsWith(root));
  return { ...Object.fromEntries(entries), PATH: folders.join(delimiter) };
}

const inProject = (file: string, ...args: string[]): Promise<string> =>
  succeed(file, args, { cwd: project, env: foreignEnvironment() });

const spillway = (...args: string[]): Promise<string> => inProject("npx", "spillway", ...args);

async function status(): Promise<StackStatus> {
  return JSON.parse(await spillway("status", "--json")) as StackStatus;
}

/** Packs a package and returns what is in its tarball. */
async function pack(name: string): Promise<string[]> {
  const cwd = join(root, "packages", name);
  const [packed] = JSON.parse(
    await succeed("npm", ["pack", "--json", "--pack-destination", home], { cwd }),
  ) as [{ filename: string; files: { path: string }[] }];
  tarballs[name] = join(home, packed.filename);
  return packed.files.map(({ path }) => path);
}

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "spillway-published-"));
  project = join(home, "my app");
  mkdirSync(project);
  writeFileSync(join(project, "server.js"), server);
  const manifest = { name: "my-app", type: "module", scripts: { start: "node server.js" } };
  writeFileSync(join(project, "package.json"), JSON.stringify(manifest));
});
afterAll(async () => {
  if (existsSync(join(project, ".spillway"))) await spillway("down", "--wipe");
  rmSync(home, { recursive: true, force: true });
});

test.each([
  ["spillway", ["LICENSE", "README.md", "package.json"], "dist/register/register.js"],
  ["stack", ["LICENSE", "README.md", "bin/spillway.js", "package.json"], "dist/cli.js"],
])("the tarball of %s holds what it needs to run and nothing else", async (name, own, entry) => {
  const files = await pack(name);
  expect(files.filter((path) => !path.startsWith("dist/")).toSorted()).toEqual(own);
  const built = files.filter((path) => path.startsWith("dist/"));
  expect(built).toContain(entry);
  expect(built.filter((path) => !/(?<!\.test)\.(?:js|d\.ts)$/.test(path))).toEqual([]);
});

test("both install side by side into a foreign project", async () => {
  await inProject("npm", "install", "--prefer-offline", ...Object.values(tarballs), "node@26.10.0");
  expect(await spillway("--version")).toBe("0.1.0\n");
});

test("`npx spillway up --detach` serves the app without a config and without a change to it", async () => {
  expect(await spillway("up", "--detach")).toContain("no config file, all defaults");
  const { state, url, components } = await status();
  expect(state).toBe("ready");
  expect(components.map(({ role }) => role).toSorted()).toEqual(
    [..."app app app balancer cache edge edge primary purger replica replica storage".split(" ")].toSorted(),
  );
  const seen = new Set<string>();
  for (let asked = 0; asked < 30; asked++) seen.add((await get(`${url}/hello`)).body);
  expect([...seen].toSorted()).toEqual(["/hello from app-1", "/hello from app-2", "/hello from app-3"]);
});

test("`scale app=4` adds a server", async () => {
  await spillway("scale", "app=4");
  const { components } = await status();
  const servers = components.filter(({ role }) => role === "app");
  expect(servers.map(({ state }) => state)).toEqual(["ready", "ready", "ready", "ready"]);
});

test("`down --wipe` ends it and leaves the project as it was", async () => {
  const { url } = await status();
  expect(await spillway("down", "--wipe")).toContain("stopped in");
  await expect(get(url!)).rejects.toThrow("ECONNREFUSED");
  expect(existsSync(join(project, ".spillway"))).toBe(false);
});
