// Lays defaults, what was detected, file, environment and flags over each other, weakest first.

import { basename } from "node:path";
import { SpillwayError } from "../errors.ts";
import { type DetectedApp, detectApp } from "./detect.ts";
import { configFile, loadConfigFile } from "./load.ts";
import { fromEnvironment, fromFlags } from "./layers.ts";
import { type Layer, merge } from "./merge.ts";
import type { ResolvedConfig, Settings, Source } from "./settings.ts";
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
  fitMaximum(settings, sources);
  return { settings, sources, app, ...(file === undefined ? {} : { file }) };
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
function fitMaximum(settings: Settings, sources: Record<string, Source>): void {
  const { app } = settings;
  if (app.instances <= app.maxInstances) return;
  if (sources["app.maxInstances"] !== "default") {
    throw new SpillwayError("SPW_CONFIG_VALUE", {
      where: sources["app.instances"]!,
      key: "app.instances",
      found: String(app.instances),
      expected: `at most app.maxInstances, ${app.maxInstances}`,
    });
  }
  app.maxInstances = app.instances;
  sources["app.maxInstances"] = "detected";
}
