// The environment in which the app's own commands run: the user's, with the contract laid over it.

import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

/**
 * `contract` wins over what the user's shell holds. npm's own variables are left out, and the path begins
 * with the app's `node_modules/.bin` folders and the Node that runs Spillway.
 */
export function commandEnvironment(
  dir: string,
  contract: Readonly<Record<string, string>>,
): Record<string, string> {
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !entry[0].startsWith("npm_"),
  );
  const path = [...binFolders(dir), dirname(process.execPath), process.env["PATH"] ?? ""].join(delimiter);
  return { ...Object.fromEntries(inherited), ...contract, PATH: path };
}

function binFolders(dir: string): string[] {
  const folders: string[] = [];
  for (let at = dir; ; at = dirname(at)) {
    const folder = join(at, "node_modules", ".bin");
    if (existsSync(folder)) folders.push(folder);
    if (dirname(at) === at) return folders;
  }
}
