// The commands that start nothing: help, init, explain, doctor.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { commands } from "../src/commands/all.ts";
import { project, shop } from "./helpers/project.ts";

interface Setting {
  key: string;
  value: unknown;
  source: string;
  variable: string;
}

test("--version prints the version of the package and nothing else", async () => {
  const manifest = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  const { version } = JSON.parse(manifest) as { version: string };
  expect(await project().spillway(["--version"])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
});

test("--help lists every command", async () => {
  const { code, stdout } = await project().spillway(["--help"]);
  expect(code).toBe(0);
  expect(stdout).toMatchInlineSnapshot(`
    "spillway 0.1.0: the whole scaling architecture around one web app, on this machine

    Usage: spillway COMMAND [OPTIONS]

      init                 write a spillway.config.ts to begin with
      up                   start the whole stack and say where it is
      deploy               replace what runs by the app as it is now, without losing a request
      down                 stop everything; data is kept
      status               show every process with role, state, port, uptime, memory and replication
      logs [NAME]          print the end of one log, or of all; -f follows them
      scale app=N          change the number of servers without losing a request
      explain [cache KEY]  print the topology, every setting with its source, and what the app is given
      doctor               check this machine and config, with the line that mends each fault

    Options of every command:
      -C, --dir FOLDER  the app's folder (this one)
          --json        machine-readable output: JSON, one object per line
          --debug       with an error, its stack trace
      -h, --help        this help

    \`spillway COMMAND --help\` tells more. Exit codes: 0 done, 1 it was tried and failed, 2 wrong use, config or machine: nothing was started.
    "
  `);
});

test("without a command the help is shown, and it is wrong use", async () => {
  const it = project();
  const help = await it.spillway(["--help"]);
  expect(await it.spillway([])).toEqual({ ...help, code: 2 });
});

describe("COMMAND --help", () => {
  test.each(commands.map(({ name }) => name))(
    "%s tells its use and options, and does nothing",
    async (name) => {
      const { code, stdout, stderr } = await project().spillway([name, "--help"]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      const command = commands.find((one) => one.name === name)!;
      expect(stdout.split("\n")[0]).toMatch(new RegExp(`^Usage: spillway ${name}.* \\[OPTIONS\\]$`));
      for (const option of [...Object.keys(command.options), "dir", "json", "debug", "help"]) {
        expect(stdout).toMatch(new RegExp(`^ .*--${option}\\b.*  \\S`, "m"));
      }
      expect(stdout).toContain("Exit codes: 0 done, 1 it was tried and failed, 2 wrong use");
    },
  );

  test("up shows it all", async () => {
    const { stdout } = await project().spillway(["up", "-h"]);
    expect(stdout).toMatchInlineSnapshot(`
      "Usage: spillway up [OPTIONS]

      Start the whole stack and say where it is.
      Needs no config: a Next.js app or a package.json with a start script is found by itself.
      Stays in the foreground and stops everything on Ctrl-C, unless --detach is given.

      Options:
        -d, --detach           return when every tier is ready, and leave it running
            --port PORT        edge.port: the port of the first edge
            --instances N      app.instances: how many servers
            --replicas N       database.replicas: how many replicas
            --balancer ENGINE  balancer.engine: haproxy or nginx
            --set KEY=VALUE    any setting, such as cache.memoryMb=64
        -C, --dir FOLDER       the app's folder (this one)
            --json             machine-readable output: JSON, one object per line
            --debug            with an error, its stack trace
        -h, --help             this help

      Exit codes: 0 done, 1 it was tried and failed, 2 wrong use, config or machine: nothing was started.
      "
    `);
  });
});

describe("init", () => {
  test("writes a config that explain accepts, and does not overwrite it", async () => {
    const it = project();
    expect(await it.spillway(["init"])).toEqual({
      code: 0,
      stdout: `wrote ${it.path("spillway.config.ts")}\n\nNext: spillway up\n`,
      stderr: "",
    });
    const written = it.read("spillway.config.ts");
    const { settings, file } = await explained(it);
    expect(file).toBe(it.path("spillway.config.ts"));
    expect(settings.get("app.instances")).toMatchObject({ value: 3, source: "file" });

    const again = await it.spillway(["init"]);
    expect(again.stdout).toBe("");
    expect(it.complaint(again)).toMatchInlineSnapshot(`
      "error SPW_FILE_EXISTS: <dir>/spillway.config.ts exists already
        Edit it, or remove it first; it was left as it is.
      exit code 2"
    `);
    expect(it.read("spillway.config.ts")).toBe(written);
  });

  test("writes a config whose commented lines are accepted as well", async () => {
    const it = project();
    await it.succeed(["init"]);
    const live = it.read("spillway.config.ts").replaceAll(/^( +)\/\/ (?=\w+: )/gm, "$1");
    it.write("spillway.config.ts", live);
    const { settings } = await explained(it);
    expect(settings.get("balancer.engine")).toMatchObject({ value: "nginx", source: "file" });
    expect(settings.get("edge.host")).toMatchObject({ value: "0.0.0.0", source: "file" });
  });
});

async function explained(
  it: ReturnType<typeof project>,
  ...args: string[]
): Promise<{ settings: Map<string, Setting>; file: string }> {
  const env = { SPILLWAY_CACHE_MEMORY_MB: "64" };
  const { code, stdout, stderr } = await it.spillway(["explain", "--json", ...args], { env });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const { settings, file } = JSON.parse(stdout) as { settings: Setting[]; file: string };
  return { file, settings: new Map(settings.map((one) => [one.key, one])) };
}

test("explain tells of each setting which layer decided it", async () => {
  const config = `export default { app: { instances: 4, env: { GREETING: "good day" } }, database: { replicas: 1 } };\n`;
  const it = project({ ...shop, "spillway.config.js": config });
  const { settings } = await explained(it, "--replicas", "0");
  expect(settings.get("app.start")).toMatchObject({ value: "node server.js", source: "detected" });
  expect(settings.get("app.instances")).toMatchObject({ value: 4, source: "file" });
  expect(settings.get("cache.memoryMb")).toMatchObject({ value: 64, source: "environment" });
  expect(settings.get("database.replicas")).toMatchObject({ value: 0, source: "flag" });
  expect(settings.get("edge.instances")).toMatchObject({ value: 2, source: "default" });
  expect(settings.get("edge.instances")?.variable).toBe("SPILLWAY_EDGE_INSTANCES");

  const { stdout } = await it.spillway(["explain", "--replicas", "0"]);
  expect(stdout).toMatch(/^ {2}app\.instances +4 +file$/m);
  expect(stdout).toMatch(/^ {2}database\.replicas +0 +flag$/m);
  expect(stdout).toMatch(/^ {2}GREETING +\(from app\.env\)$/m);
  expect(stdout).not.toContain("good day");
});

test("doctor checks config, programs and room, and its exit code says whether all is well", async () => {
  const it = project();
  const { code, stdout, stderr } = await it.spillway(["doctor", "--json"]);
  const { ok, findings } = JSON.parse(stdout) as { ok: boolean; findings: { check: string; ok: boolean }[] };
  expect({ code, stderr }).toEqual({ code: ok ? 0 : 1, stderr: "" });
  const fine = findings.filter((one) => one.ok).map(({ check }) => check);
  expect(fine).toEqual(
    expect.arrayContaining([
      "config",
      "state",
      "node",
      "postgres",
      "redis-server",
      "haproxy",
      "varnishd",
      "varnish-modules",
    ]),
  );
  it.write("spillway.config.js", "export default { ballancer: {} };\n");
  const broken = await it.spillway(["doctor"]);
  expect(broken.code).toBe(1);
  expect(broken.stdout).toMatch(
    /^✗ config +spillway\.config\.js:1: unknown key ballancer — did you mean balancer\?$/m,
  );
});
