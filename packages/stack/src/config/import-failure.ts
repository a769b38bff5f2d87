// Says why a config file could not be imported: where, what was found, and what to do.

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { ErrorData } from "../errors.ts";

type Failure = ErrorData["SPW_CONFIG_SYNTAX"];

interface Place {
  file: string;
  line: number;
}

/** What is wrong with the config `file`, or with a module it imports, given what its import threw. */
export function importFailure(thrown: unknown, file: string): Failure {
  const error = thrown instanceof Error ? thrown : undefined;
  const message = (error?.message ?? String(thrown)).split("\n").at(-1)!.trim();
  const absent = /^Cannot find (package|module) '([^']+)' imported from (.+)$/.exec(message);
  if (absent !== null) return absentImport(absent, file);
  const stack = withoutOwnFrames(error?.stack ?? "");
  const wasRun = error === undefined || /^\s+at .*file:\/\//m.test(stack);
  const place = placeIn(stack, file) ?? (wasRun ? undefined : placeIn(syntaxCheck(file), file));
  return { where: show(place ?? { file }, file), ...explanation(message, wasRun) };
}

function explanation(message: string, wasRun: boolean): Omit<Failure, "where"> {
  if (wasRun) {
    return {
      problem: `the config threw: ${message}`,
      fix: "Correct that line or what it needs; --debug shows the stack trace.",
    };
  }
  return {
    problem: `the config cannot be read: ${message}`,
    fix: message.includes("strip-only")
      ? "Node only removes types from this file: write that part in plain JavaScript."
      : "Correct that line; `spillway explain` then shows what the config says.",
  };
}

function absentImport([, kind, name = "", from = ""]: RegExpExecArray, file: string): Failure {
  const importer = existsSync(from) ? from : file;
  const specifier = kind === "package" ? name : basename(name);
  const line = lineContaining(importer, specifier);
  const where = show(line === undefined ? { file: importer } : { file: importer, line }, file);
  const shown = kind === "package" ? name : relative(dirname(file), name);
  return {
    where,
    problem: `the ${kind === "package" ? "package" : "file"} ${shown} is imported and was not found`,
    fix:
      kind === "package"
        ? `Install it with \`npm install ${name}\`, or remove the import.`
        : "Correct the import: its path is relative to the file it stands in and has its ending, as in ./settings.ts.",
  };
}

function lineContaining(file: string, text: string): number | undefined {
  const index = readFileSync(file, "utf8")
    .split("\n")
    .findIndex((line) => line.includes(text));
  return index < 0 ? undefined : index + 1;
}

function withoutOwnFrames(stack: string): string {
  const own = new URL("..", import.meta.url).href;
  return stack
    .split("\n")
    .filter((line) => !line.includes(own))
    .join("\n");
}

// V8 does not put the place of a plain JavaScript syntax error on its stack; `node --check` prints it.
function syntaxCheck(file: string): string {
  return spawnSync(process.execPath, ["--check", file], { encoding: "utf8" }).stderr;
}

/**
 * Node puts `path:line` on the first line of a syntax error's stack, and in the frames of a thrown one. The
 * config's own line says more than one inside a package that it calls.
 */
function placeIn(stack: string, file: string): Place | undefined {
  const places = [...stack.matchAll(/((?:file:\/\/)?\/[^\n()]+?):(\d+)(?::\d+)?/g)]
    .map(([, path = "", line]): Place => {
      return { file: path.startsWith("file:") ? fileURLToPath(path) : path, line: Number(line) };
    })
    // Frames inside Node look like paths too: `node:internal/modules/…`.
    .filter((one) => existsSync(one.file));
  return (
    places.find((one) => one.file === file) ?? places.find((one) => !one.file.includes("/node_modules/"))
  );
}

function show({ file, line }: { file: string; line?: number }, config: string): string {
  const name = relative(dirname(config), file);
  return line === undefined ? name : `${name}:${line}`;
}
