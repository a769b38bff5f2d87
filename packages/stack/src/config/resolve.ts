// Lays defaults, what was detected, file, environment and flags over each other, weakest first.

import { basename } from "node:path";
import { SpillwayError } from "../errors.ts";
import { type DetectedApp, detectApp } from "./detect.ts";
import { configFile, loadConfigFile, locateIn } from "./load.ts";
import { fromEnvironment, fromFlags, variableName } from "./layers.ts";
import { type Layer, merge } from "./merge.ts";
import type { ResolvedConfig } from "./settings.ts";
import type { StackConfig } from "./types.ts";

export interface Resolved extends ResolvedConfig {
  app: DetectedApp;
}

export interface ResolveInput {
  dir: string;
  environment: NodeJS.ProcessEnv;
  /** Values by dotted path, as typed: `{ "app.instances": "5" }`. */
  flags: Readonly<Record<string, string>>;
}

/** Reads everything that decides a stack. Throws the coded error of the first fault. */
export async function resolveConfig({ dir, environment, flags }: ResolveInput): Promise<Resolved> {
  const file = configFile(dir);
  const config: StackConfig = file === undefined ? {} : await loadConfigFile(file);
  const app = detectApp(dir, config.app?.start);
  const layers: Layer[] = [
    { source: "detected", config: detectedConfig(app, dir) },
    { source: "file", config },
    fromEnvironment(environment),
    fromFlags(flags),
  ];
  const { settings, sources } = merge(layers);
  const resolved = { settings, sources, app, ...(file === undefined ? {} : { file }) };
  fitMaximum(resolved);
  return resolved;
}

function detectedConfig(app: DetectedApp, dir: string): StackConfig {
  return {
    name: plainName(app.name ?? basename(dir)),
    app: {
      start: app.start,
      build: app.build,
      ...(app.healthPath === undefined ? {} : { health: { path: app.healthPath } }),
    },
  };
}

function plainName(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/^@[^/]+\//, "")
    .replaceAll(/[^a-z0-9-]+/g, "-");
  return plain.replaceAll(/^-+|-+$/g, "").slice(0, 40) || "app";
}

/** More instances than the default maximum raise it; a maximum that was asked for is never overruled. */
function fitMaximum(resolved: Resolved): void {
  const { settings, sources } = resolved;
  const { instances, maxInstances } = settings.app;
  if (instances <= maxInstances) return;
  if (sources["app.maxInstances"] === "default") {
    settings.app.maxInstances = instances;
    sources["app.maxInstances"] = "detected";
    return;
  }
  const [key, found, expected] =
    sources["app.instances"] === "default"
      ? ["app.maxInstances", maxInstances, `at least app.instances, which is ${instances}`]
      : ["app.instances", instances, `at most app.maxInstances, which is ${maxInstances}`];
  throw new SpillwayError("SPW_CONFIG_VALUE", {
    where: placeOf(resolved, key),
    key,
    found: String(found),
    expected,
  });
}

/** Where the value of a setting was given, as the checks of each layer say it. */
function placeOf({ sources, file }: Resolved, key: string): string {
  const source = sources[key];
  if (source === "file" && file !== undefined) return locateIn(file)(key.split("."));
  return source === "environment" ? variableName(key) : `flag ${key}`;
}
