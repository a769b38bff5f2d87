// What can be told of an app without being told: is it Next.js, and how does it start and build?

import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { SpillwayError } from "../errors.ts";
import { readPackageJson } from "./load.ts";

export interface DetectedApp {
  framework: "next" | "node";
  name?: string;
  /** Shown beside the name: `Next.js 16.4.6`, `Node.js`. */
  title: string;
  start: string;
  build: string | false;
  healthPath?: string;
}

/** Throws SPW_NO_APP unless `dir` holds a Next.js app, a `start` script, or `start` is given by the config. */
export function detectApp(dir: string, configuredStart?: string): DetectedApp {
  const manifest = readPackageJson(dir);
  const scripts = scriptsOf(manifest);
  const name = typeof manifest?.["name"] === "string" ? { name: manifest["name"] } : {};
  const version = nextVersion(dir, manifest);
  if (version !== undefined) {
    const healthPath = nextHealthPath(dir);
    return {
      framework: "next",
      ...name,
      title: `Next.js ${version}`,
      start: nextStart(scripts),
      build: withHooks(scripts, "build") ?? "next build",
      ...(healthPath === undefined ? {} : { healthPath }),
    };
  }
  const start = configuredStart ?? withHooks(scripts, "start");
  if (start === undefined) throw new SpillwayError("SPW_NO_APP", { dir });
  return { framework: "node", ...name, title: "Node.js", start, build: false };
}

/** A script that is no text is none: npm ignores it too. */
function scriptsOf(manifest: Record<string, unknown> | undefined): Record<string, string> {
  const entries = Object.entries(Object(manifest?.["scripts"]) as Record<string, unknown>);
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

export function usesNext(dir: string): boolean {
  return nextVersionOf(dir) !== undefined;
}

/** Undefined for an app without Next.js. */
export function nextVersionOf(dir: string): string | undefined {
  return nextVersion(dir, readPackageJson(dir));
}

/** Throws SPW_NOT_INSTALLED for an app that names Next.js and does not have it. */
function nextVersion(dir: string, manifest: Record<string, unknown> | undefined): string | undefined {
  const groups = ["dependencies", "devDependencies"].map(
    (key) => Object(manifest?.[key]) as Record<string, string>,
  );
  if (!groups.some((group) => "next" in group)) return undefined;
  try {
    const require = createRequire(join(dir, "package.json"));
    return (require("next/package.json") as { version: string }).version;
  } catch (error) {
    throw new SpillwayError("SPW_NOT_INSTALLED", { dir, missing: "next" }, { cause: error });
  }
}

// `next start -p 3000` would overrule PORT; a script that starts something else is the app's own server.
function nextStart(scripts: Record<string, string>): string {
  const script = scripts["start"];
  return script === undefined || /^next\s+start\b[^&|;]*$/.test(script.trim())
    ? "next start"
    : withHooks(scripts, "start")!;
}

/** A script with the `pre` and `post` scripts that npm would run around it. */
function withHooks(scripts: Record<string, string>, name: string): string | undefined {
  const script = scripts[name];
  if (script === undefined) return undefined;
  return [scripts[`pre${name}`], script, name === "start" ? undefined : scripts[`post${name}`]]
    .filter((part) => part !== undefined)
    .join(" && ");
}

function nextHealthPath(dir: string): string | undefined {
  for (const path of ["api/healthz", "api/health", "healthz", "health"]) {
    for (const root of ["app", "src/app"]) {
      if (["ts", "js"].some((ending) => existsSync(join(dir, root, path, `route.${ending}`))))
        return `/${path}`;
    }
  }
  return undefined;
}
