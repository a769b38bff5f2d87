// What keeps a Next.js app from being right on many servers, told before it takes traffic.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { SpillwayError } from "../../errors.ts";
import type { StackFolder } from "../../state/folder.ts";
import { type BuiltConfig, builtConfig, nextBuildId } from "./next-build.ts";
import { standaloneServer } from "./standalone.ts";

/** What is concerned, as the build and the version of the app show it. */
export interface BuiltApp {
  /** Of Next.js. */
  version: string;
  /** The config that it was built with. */
  config: BuiltConfig;
  /** The name that its servers are given by `app.env`, where they are. */
  givenDeployment?: string | undefined;
  /** What lies beside it is of another build. */
  mixed?: readonly string[];
}

/** The first version whose adapters are found without an edit of the app. */
const firstVersion = [16, 2] as const;
const ours = "/.spillway/next/";

/** One sentence for each, with what follows from it. None is an error: on one server the app is right all the same. */
export function concernsOf({ version, config, givenDeployment, mixed = [] }: BuiltApp): string[] {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [firstMajor, firstMinor] = firstVersion;
  if (major < firstMajor || (major === firstMajor && minor < firstMinor))
    return [
      `Next.js ${version} takes no adapter (${firstMajor}.${firstMinor} does): each server caches by itself, and a revalidation reaches one of them`,
    ];
  const concerns = mixed.map(
    (part) => `${part} is of another build: build again, and put nothing in between`,
  );
  const { deploymentId = "" } = config;
  if (givenDeployment !== undefined && givenDeployment !== deploymentId)
    concerns.push(
      `the build is of deployment ${deploymentId || "(none)"}, and app.env names its servers ${givenDeployment}: each page would load itself anew`,
    );
  if (config.adapterPath === undefined)
    concerns.push(
      "the build was made without the adapter: build with `spillway up`, or with NEXT_ADAPTER_PATH",
    );
  else if (!isOurAdapter(config.adapterPath))
    concerns.push("next.config has an adapter of its own, which stays: the caches are not shared by it");
  else {
    if (isOthers(config.cacheHandler))
      concerns.push("next.config has a cacheHandler of its own, which stays: it must share pages itself");
    if (Object.values(config.cacheHandlers ?? {}).some(isOthers))
      concerns.push(
        "next.config has cacheHandlers of its own, which stay: they must share `use cache` themselves",
      );
  }
  return concerns;
}

/** The parts of a build that are not of the same one. */
export function mixedParts(app: string, build: string): string[] {
  const parts: string[] = [];
  if (!existsSync(join(build, "static", nextBuildId(build) ?? ""))) parts.push(".next/static");
  const standalone = standaloneServer(app, build);
  if (
    standalone !== undefined &&
    builtConfig(join(standalone, "../.next"))?.deploymentId !== builtConfig(build)?.deploymentId
  )
    parts.push(".next/standalone");
  return parts;
}

export function isOurAdapter(path: string | undefined): boolean {
  return path?.includes("/next/adapter") ?? false;
}

function isOthers(file: string | undefined): boolean {
  return file !== undefined && !file.includes(ours);
}

/** Throws SPW_NEXT_EXPORT for a build that has no server. */
export function refuseExport({ app, nextBuild }: StackFolder): void {
  if (existsSync(join(nextBuild, "export-detail.json")))
    throw new SpillwayError("SPW_NEXT_EXPORT", { dir: app });
}
