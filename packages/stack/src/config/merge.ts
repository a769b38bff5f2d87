// Settings as dotted paths, and layers of them over the defaults.

import { defaults } from "./defaults.ts";
import type { Settings, Source } from "./settings.ts";
import type { StackConfig } from "./types.ts";

export interface Layer {
  source: Source;
  config: StackConfig;
}

/** Lays the layers over the defaults, remembering which one decided each setting. */
export function merge(layers: readonly Layer[]): { settings: Settings; sources: Record<string, Source> } {
  const settings = structuredClone(defaults);
  const sources: Record<string, Source> = {};
  for (const path of settingPaths()) sources[path] = "default";
  for (const { source, config } of layers) {
    for (const [path, value] of leaves(config)) {
      setAt(settings, path.split("."), value);
      sources[path] = source;
    }
  }
  return { settings, sources };
}

/** Every setting's dotted path, in the order of the table of defaults. */
export function settingPaths(): string[] {
  return leaves(defaults).map(([path]) => path);
}

/** Settings with their values, by dotted path. `app.env` is one setting, whatever keys it has. */
export function leaves(object: object, prefix = ""): [path: string, value: unknown][] {
  return Object.entries(object).flatMap(([key, value]): [string, unknown][] => {
    const path = prefix + key;
    if (value === undefined) return [];
    const isGroup =
      typeof value === "object" && value !== null && !Array.isArray(value) && path !== "app.env";
    return isGroup ? leaves(value as object, `${path}.`) : [[path, value]];
  });
}

export function setAt(target: object, path: readonly string[], value: unknown): void {
  let group = target as Record<string, unknown>;
  for (const key of path.slice(0, -1)) group = (group[key] ??= {}) as Record<string, unknown>;
  group[path.at(-1)!] = value;
}
