// Finds the stack's folder and reads its config file.

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { SpillwayError } from "../errors.ts";
import { lineOfKey } from "./locate.ts";
import type { StackConfig } from "./types.ts";
import { validate } from "./validate.ts";

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
  const pointer = readPackageJson(from)?.["spillway"];
  return typeof pointer === "string" ? resolve(from, pointer) : from;
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
    throw new SpillwayError(
      "SPW_CONFIG_SYNTAX",
      { where: file, problem: (error as Error).message },
      { cause: error },
    );
  }
}

/** Imports, checks and returns a config file. Node strips the types; nothing is bundled. */
export async function loadConfigFile(file: string): Promise<StackConfig> {
  const name = basename(file);
  let loaded: { default?: unknown };
  try {
    loaded = (await import(pathToFileURL(file).href)) as { default?: unknown };
  } catch (error) {
    throw new SpillwayError("SPW_CONFIG_SYNTAX", placeOf(error, file), { cause: error });
  }
  const config = loaded.default;
  if (typeof config !== "object" || config === null) {
    const found = config === undefined ? "no default export" : `a ${typeof config}`;
    throw new SpillwayError("SPW_CONFIG_EXPORT", { where: name, found });
  }
  const text = readFileSync(file, "utf8");
  return validate(config, (path) => {
    const line = lineOfKey(text, path);
    return line === undefined ? name : `${name}:${line}`;
  });
}

/** Node puts `path:line` on the first line of a syntax error's stack, and in the frames of a thrown one. */
function placeOf(error: unknown, file: string): { where: string; problem: string } {
  const { message, stack = "" } = error instanceof Error ? error : new Error(String(error));
  const line = stackLine(stack, file) ?? stackLine(syntaxCheck(file), file);
  const where = line === undefined ? basename(file) : `${basename(file)}:${line}`;
  return { where, problem: message.split("\n").at(-1)!.replace(file, relative(process.cwd(), file)).trim() };
}

// V8 does not put the place of a plain JavaScript syntax error on its stack; `node --check` prints it.
function syntaxCheck(file: string): string {
  return spawnSync(process.execPath, ["--check", file], { encoding: "utf8" }).stderr;
}

function stackLine(stack: string, file: string): string | undefined {
  const places = stack.matchAll(/((?:file:\/\/)?\/[^\n()]+?):(\d+)(?::\d+)?/g);
  for (const [, path = "", line] of places) {
    if ((path.startsWith("file:") ? fileURLToPath(path) : path) === file) return line;
  }
  return undefined;
}
