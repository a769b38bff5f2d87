// Builds the app when its sources changed since the last build.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { handlerVersion } from "spillway/next";
import { usesNext } from "../../config/detect.ts";
import type { Settings } from "../../config/settings.ts";
import { SpillwayError } from "../../errors.ts";
import { readIfPresent, writeAtomically } from "../../state/files.ts";
import { causeIn } from "../../process/log-tail.ts";
import type { Journal } from "../../process/journal.ts";
import type { StackContext } from "../context.ts";
import { commandEnvironment } from "./environment.ts";
import { newDeployment, nextEnvironment, noteNextBuild } from "./next.ts";
import { nextBuildId } from "./next-build.ts";
import { runCommand } from "./run-command.ts";
import { completeStandalone } from "./standalone.ts";

interface Stamp {
  sources: string;
  /** Names the build, for an app that is told of it. */
  deployment?: string;
  buildId: string | undefined;
}

/** True when the app has a build command and its last build is not of these sources. */
export function needsBuild({ folder }: StackContext, command: string | false): boolean {
  if (command === false) return false;
  const stamp = readIfPresent(folder.buildStamp);
  if (stamp === undefined) return true;
  const { sources, buildId, deployment } = JSON.parse(stamp) as Stamp;
  // Built by an older version, without what a deployment is known by.
  if (deployment === undefined) return true;
  return buildId !== nextBuildId(folder.nextBuild) || sources !== fingerprint(folder.app, command);
}

export interface BuildOptions {
  /** The command and its environment. */
  app: Settings["app"];
  journal: Journal;
  signal: AbortSignal;
}

/** Runs the build, once Redis serves. Throws SPW_BUILD_FAILED with the build's own last error. */
export async function build(context: StackContext, { app, journal, signal }: BuildOptions): Promise<void> {
  const { folder } = context;
  const command = String(app.build);
  const log = folder.log("build");
  const deployment = newDeployment();
  const env = commandEnvironment(folder.app, {
    NODE_ENV: "production",
    ...nextEnvironment(context, deployment),
    ...app.env,
  });
  await noteNextBuild(context, deployment);
  const result = await runCommand({
    name: "build",
    command: { file: "/bin/sh", args: ["-c", command], cwd: folder.app, env },
    log,
    journal,
    signal,
  });
  if (!result.ok) {
    throw new SpillwayError("SPW_BUILD_FAILED", {
      command,
      code: result.how,
      log,
      cause: causeIn(result.output),
    });
  }
  completeStandalone(folder.app, folder.nextBuild);
  // Taken after the build, which may have written generated files beside the sources.
  const sources = fingerprint(folder.app, command);
  const stamp: Stamp = { sources, buildId: nextBuildId(folder.nextBuild), deployment };
  writeAtomically(folder.buildStamp, JSON.stringify(stamp));
}

const ignored = new Set(["node_modules", ".next", ".git", ".spillway"]);

/** Path, size and time of every source file; the files git ignores are not sources. */
function fingerprint(dir: string, command: string): string {
  const hash = createHash("sha256").update(command);
  if (usesNext(dir)) hash.update(handlerVersion);
  for (const file of sourceFiles(dir).toSorted()) {
    const found = statSync(join(dir, file), { throwIfNoEntry: false });
    if (found?.isFile() === true) hash.update(`${file}\0${found.size}\0${found.mtimeMs}\0`);
  }
  return hash.digest("hex");
}

function sourceFiles(dir: string): string[] {
  const listed = spawnSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: dir,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  const files = listed.status === 0 ? listed.stdout.split("\0").filter((file) => file !== "") : [];
  const isSource = (file: string): boolean => !file.split("/").some((part) => ignored.has(part));
  return files.length > 0 ? files.filter(isSource) : walk(dir, "");
}

function walk(root: string, path: string): string[] {
  return readdirSync(join(root, path), { withFileTypes: true }).flatMap((entry) => {
    if (ignored.has(entry.name)) return [];
    const child = join(path, entry.name);
    return entry.isDirectory() ? walk(root, child) : [child];
  });
}
