// A fixture app, built in a copy and served from another: serving changes what was built.

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { App } from "./world.ts";

const sources = fileURLToPath(new URL("../next-app/", import.meta.url));
/** Beside the apps, for Next looks for its packages from the folder of an app upwards. */
const copies = join(sources, ".spillway");
const next = join(fileURLToPath(new URL("../../", import.meta.url)), "node_modules/next");
export const nextCommand: string = join(next, "dist/bin/next");

export interface Build {
  app: App;
  /** Tells builds of one app apart, for instance "plain". */
  kind: string;
  env: NodeJS.ProcessEnv;
  /** Files outside the app that the build depends on. */
  inputs?: readonly string[];
}

/** The folder of a finished build; made at once if the app, Next, the environment or an input has changed. */
export async function built(build: Build): Promise<string> {
  const folder = join(copies, `${build.kind}-${build.app}`);
  const stampFile = join(folder, "stamp");
  const stamp = await stampOf(build);
  if (existsSync(stampFile) && (await readFile(stampFile, "utf8")) === stamp) return folder;
  await rm(folder, { recursive: true, force: true });
  await cp(join(sources, build.app), folder, { recursive: true });
  const env = { ...process.env, ...build.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" } as const;
  await promisify(execFile)(process.execPath, [nextCommand, "build", folder], { env });
  await rm(join(folder, ".next/cache/turbopack"), { recursive: true, force: true });
  await writeFile(stampFile, stamp);
  return folder;
}

let served = 0;

/** A copy of a build to serve from; the caller removes it. Copies of processes that were killed go now. */
export async function copyOf(build: string): Promise<string> {
  await mkdir(copies, { recursive: true });
  for (const name of await readdir(copies)) {
    const owner = /^run-(\d+)-/.exec(name)?.[1];
    if (owner !== undefined && !isRunning(Number(owner))) await rm(join(copies, name), { recursive: true });
  }
  const folder = join(copies, `run-${process.pid}-${(served += 1)}`);
  await cp(build, folder, { recursive: true });
  return folder;
}

/** A copy of an app that somebody else builds, as it would lie in a repository of its own. */
export async function copyOfSources(app: App): Promise<string> {
  const folder = join(copies, `sources-${app}`);
  await cp(join(sources, app), folder, { recursive: true, preserveTimestamps: true });
  const { version } = JSON.parse(await readFile(join(next, "package.json"), "utf8")) as { version: string };
  const manifest = { name: app, private: true, type: "module", dependencies: { next: version } };
  await writeFile(join(folder, "package.json"), JSON.stringify(manifest));
  return folder;
}

function isRunning(pid: number): boolean {
  return existsSync(`/proc/${pid}`);
}

async function stampOf({ app, env, inputs = [] }: Build): Promise<string> {
  const folder = join(sources, app);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const own = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const hash = createHash("sha256").update(JSON.stringify(env));
  for (const file of [join(next, "package.json"), ...inputs, ...own.toSorted()]) {
    hash.update(file).update(await readFile(file));
  }
  return hash.digest("hex");
}
