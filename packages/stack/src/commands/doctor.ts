import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statfsSync } from "node:fs";
import { freemem } from "node:os";
import { dirname, join } from "node:path";
import { ensureBinaries, packagedPostgres } from "../components/postgres/binaries.ts";
import {
  edgeModule,
  findProgram,
  hasVarnishModule,
  missing,
  neededPrograms,
  varnishProgram,
} from "../components/programs.ts";
import { resolveConfig } from "../config/resolve.ts";
import { SpillwayError, asSpillwayError } from "../errors.ts";
import { readIfPresent } from "../state/files.ts";
import { StackFolder, systemFolder } from "../state/folder.ts";
import { readState } from "../state/state.ts";
import type { CliCommand } from "./command.ts";
import { configFlags, settingsFromFlags } from "./config-flags.ts";
import { json, line, paint } from "./output.ts";

interface Finding {
  check: string;
  ok: boolean;
  found: string;
  /** What to do, for a check that failed. */
  fix?: string;
}

const needed = { diskGb: 1, memoryMb: 1024 };

export const doctor: CliCommand = {
  name: "doctor",
  summary: "check this machine and config, with the line that mends each fault",
  options: configFlags,
  async run(invocation) {
    const { dir, json: asJson } = invocation;
    const findings = [
      await attempt("config", async () => {
        const { app, file } = await resolveConfig({
          dir,
          environment: process.env,
          flags: settingsFromFlags(invocation),
        });
        return `${app.title}, ${file ?? "no config file, all defaults"}`;
      }),
      await attempt("state", async () => readState(new StackFolder(dir))?.id ?? "none yet"),
      nodeVersion(),
      await attempt("postgres", postgresVersion),
      ...(await programs(invocation)),
      resource("disk", freeDiskGb(dir), needed.diskGb, "GB free"),
      resource("memory", Math.round(freemem() / 1024 ** 2), needed.memoryMb, "MB free"),
      ...orphans(),
    ];
    if (asJson) json({ ok: findings.every((one) => one.ok), findings });
    else for (const one of findings) show(one);
    return findings.every((one) => one.ok) ? 0 : 1;
  },
};

async function attempt(check: string, work: () => Promise<string>): Promise<Finding> {
  try {
    return { check, ok: true, found: await work() };
  } catch (error) {
    const { message, hint } = asSpillwayError(error);
    return { check, ok: false, found: message, fix: hint };
  }
}

function nodeVersion(): Finding {
  const ok = Number(process.versions.node.split(".")[0]) >= 24;
  const { hint } = new SpillwayError("SPW_NODE_VERSION", { found: process.version, needed: "24" });
  return { check: "node", ok, found: process.version, ...(ok ? {} : { fix: hint }) };
}

async function postgresVersion(): Promise<string> {
  const packaged = packagedPostgres();
  const bin = ensureBinaries(packaged);
  const result = spawnSync(`${bin}/postgres`, ["--version"], { encoding: "utf8" });
  if (result.status === 0) return result.stdout.trim();
  const platform = `${process.platform}-${process.arch}`;
  throw new SpillwayError("SPW_POSTGRES_MISSING", { platform, problem: result.stderr.trim() });
}

async function programs(invocation: Parameters<CliCommand["run"]>[0]): Promise<Finding[]> {
  const { dir } = invocation;
  const settings = await resolveConfig({
    dir,
    environment: process.env,
    flags: settingsFromFlags(invocation),
  }).then(
    (resolved) => resolved.settings,
    () => undefined,
  );
  const names =
    settings === undefined ? ["redis-server", "haproxy", varnishProgram()] : neededPrograms(settings);
  const found = names.map((name): Finding => {
    const path = findProgram(name);
    if (path !== undefined) return { check: name, ok: true, found: path };
    return { check: name, ok: false, found: "not installed", fix: installLine(name) };
  });
  const hasModules = hasVarnishModule(edgeModule);
  const modules = { check: "varnish-modules", ok: hasModules, found: hasModules ? "xkey" : "not installed" };
  return [...found, hasModules ? modules : { ...modules, fix: installLine(edgeModule) }];
}

const installLine = (name: string): string => missing([name]).hint;

function resource(check: string, found: number, least: number, unit: string): Finding {
  const ok = found >= least;
  return {
    check,
    ok,
    found: `${found} ${unit}`,
    ...(ok ? {} : { fix: `At least ${least} ${unit} are wanted.` }),
  };
}

function freeDiskGb(dir: string): number {
  const { bavail, bsize } = statfsSync(dir);
  return Math.round((bavail * bsize) / 1024 ** 3);
}

/** Data that root's stacks left outside their app when the app's folder was deleted. */
function orphans(): Finding[] {
  const home = dirname(systemFolder("x"));
  if (!existsSync(home)) return [];
  const lost = readdirSync(home).filter((id) => {
    const owner = readIfPresent(join(home, id, "owner"));
    return owner !== undefined && !existsSync(new StackFolder(owner).state);
  });
  if (lost.length === 0) return [];
  const paths = lost.map((id) => join(home, id)).join(" ");
  return [
    { check: "orphans", ok: false, found: `data of apps that are gone: ${paths}`, fix: `rm -r ${paths}` },
  ];
}

function show({ check, ok, found, fix }: Finding): void {
  line(`${ok ? paint("green", "✓") : paint("red", "✗")} ${check.padEnd(16)} ${found}`);
  if (fix !== undefined) line(`  ${" ".repeat(16)} ${fix}`);
}
