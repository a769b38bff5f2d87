// What the set-up steps share: running a command, fingerprints, and an error that says what to do.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));
const stampFolder = join(root, "node_modules", ".setup");

export class SetupError extends Error {
  /**
   * @param {string} message what happened and what to do
   * @param {1 | 2} exitCode 2 where the machine must change first
   */
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/**
 * Runs a command with its output shown; throws a SetupError when it fails.
 * @param {string} file
 * @param {string[]} args
 * @param {import("node:child_process").SpawnSyncOptions} [options]
 */
export function run(file, args, options = {}) {
  const result = spawnSync(file, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"], ...options });
  if (result.status === 0) return;
  const why =
    result.error?.message ?? (result.signal ? `ended by ${result.signal}` : `exit code ${result.status}`);
  throw new SetupError(`\`${file} ${args.join(" ")}\` failed: ${why}`);
}

/** @param {string} line */
export function say(line) {
  console.log(`setup: ${line}`);
}

/** @param {string[]} paths files, or folders taken whole */
export function fingerprint(paths) {
  const hash = createHash("sha256");
  for (const path of paths.flatMap(filesBelow).toSorted()) hash.update(path).update(readFileSync(path));
  return hash.digest("hex");
}

/**
 * @param {string} path
 * @returns {string[]}
 */
function filesBelow(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).flatMap((name) => filesBelow(join(path, name)));
}

/** @param {string} name @param {string} value */
export function isStamped(name, value) {
  const file = join(stampFolder, name);
  return existsSync(file) && readFileSync(file, "utf8") === value;
}

/** @param {string} name @param {string} value */
export function stamp(name, value) {
  const file = join(stampFolder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, value);
}
