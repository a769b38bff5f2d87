// Builds the app when its sources changed since the last build.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { handlerVersion } from "spillway/next";
import { usesNext } from "../../config/detect.ts";
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
export function needsBuild({ folder, settings }: StackContext): boolean {
  if (settings.app.build === false) return false;
  const stamp = readIfPresent(folder.buildStamp);
  if (stamp === undefined) return true;
  const { sources, buildId, deployment } = JSON.parse(stamp) as Stamp;
  // Built by an older version, without what a deployment is known by.
  if (deployment === undefined) return true;
  return buildId !== nextBuildId(folder.app) || sources !== fingerprint(folder.app, settings.app.build);
}

/** The name of the last build; undefined if there is none. */
export function deploymentOf({ folder }: StackContext): string | undefined {
  const stamp = readIfPresent(folder.buildStamp);
  return stamp === undefined ? undefined : (JSON.parse(stamp) as Stamp).deployment;
}

/** Runs the build, once Redis serves. Throws SPW_BUILD_FAILED with the build's own last error. */
export async function build(context: StackContext, journal: Journal, signal: AbortSignal): Promise<void> {
  const { folder, settings } = context;
  const command = String(settings.app.build);
  const log = folder.log("build");
  const deployment = newDeployment();
  const env = commandEnvironment(folder.app, {
    NODE_ENV: "production",
    ...nextEnvironment(context, deployment),
    ...settings.app.env,
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
  completeStandalone(folder.app);
  // Taken after the build, which may have written generated files beside the sources.
  const sources = fingerprint(folder.app, command);
  const stamp: Stamp = { sources, buildId: nextBuildId(folder.app), deployment };
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
