// Finds the stack's folder and reads its config file.

import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type ErrorData, SpillwayError } from "../errors.ts";
import { importFailure } from "./import-failure.ts";
import { lineOfKey } from "./locate.ts";
import type { StackConfig } from "./types.ts";
import { type Locate, validate } from "./validate.ts";

const fileNames = ["spillway.config.ts", "spillway.config.mts", "spillway.config.js", "spillway.config.mjs"];

/**
 * The folder whose stack a command means: `dir`, unless its package.json points elsewhere by
 * `"spillway": "path/to/app"`, as the root of a monorepo does.
 */
export function stackDir(dir: string): string {
  const from = resolve(dir);
  if (!existsSync(from) || !statSync(from).isDirectory()) {
    throw new SpillwayError("SPW_USAGE", {
      problem: `${from} is not a folder`,
      hint: "Give the folder of your app.",
    });
  }
  if (configFile(from) !== undefined) return from;
  const pointer = pointerIn(from);
  return typeof pointer === "string" ? resolve(from, pointer) : from;
}

// A package.json that cannot be read points nowhere. Commands that need it say what is wrong with it; `down`
// does not, and must end a stack whatever became of the file.
function pointerIn(dir: string): unknown {
  try {
    return readPackageJson(dir)?.["spillway"];
  } catch {
    return undefined;
  }
}

export function configFile(dir: string): string | undefined {
  return fileNames.map((name) => join(dir, name)).find((file) => existsSync(file));
}

/** The package.json of a folder, or undefined where there is none. Throws SPW_CONFIG_SYNTAX. */
export function readPackageJson(dir: string): Record<string, unknown> | undefined {
  const file = join(dir, "package.json");
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
  } catch (error) {
    throw new SpillwayError("SPW_CONFIG_SYNTAX", jsonFailure(error as Error, file), { cause: error });
  }
}

// V8 ends its message with ` in JSON at position 62 (line 3 column 2)`.
function jsonFailure({ message }: Error, file: string): ErrorData["SPW_CONFIG_SYNTAX"] {
  const line = /\(line (\d+) /.exec(message)?.[1];
  return {
    where: line === undefined ? file : `${file}:${line}`,
    problem: `it is not valid JSON: ${message.split(" in JSON at position")[0]!}`,
    fix: "Correct that line.",
  };
}

/** Imports, checks and returns a config file. Node strips the types; nothing is bundled. */
export async function loadConfigFile(file: string): Promise<StackConfig> {
  let loaded: { default?: unknown };
  try {
    loaded = (await import(pathToFileURL(file).href)) as { default?: unknown };
  } catch (error) {
    throw new SpillwayError("SPW_CONFIG_SYNTAX", importFailure(error, file), { cause: error });
  }
  const config = loaded.default;
  if (typeof config !== "object" || config === null || Array.isArray(config)) {
    const found = "default" in loaded ? kindOf(config) : "no default export";
    throw new SpillwayError("SPW_CONFIG_EXPORT", { where: basename(file), found });
  }
  return validate(config, locateIn(file));
}

/** Where a key stands in a config file: `spillway.config.ts:4`. */
export function locateIn(file: string): Locate {
  const name = basename(file);
  const text = readFileSync(file, "utf8");
  return (path) => {
    const line = lineOfKey(text, path);
    return line === undefined ? name : `${name}:${line}`;
  };
}

function kindOf(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  return Array.isArray(value) ? "a list" : `a ${typeof value}`;
}
