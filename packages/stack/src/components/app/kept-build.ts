// A copy of what `next build` made, for the servers of this version: the next build empties the folder that it writes to.

import {
  cpSync,
  existsSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join, relative, resolve } from "node:path";
import type { StackFolder } from "../../state/folder.ts";

/** The folder of the copy of the last build; made where there is none. */
export function keptBuild(folder: StackFolder): string {
  const from = folder.nextBuild;
  // Its name is that of the moment: Next.js calls every build with an adapter the same.
  const { mtimeMs } = statSync(join(from, "BUILD_ID"));
  const to = join(folder.builds, Math.trunc(mtimeMs).toString(36));
  if (existsSync(to)) return to;
  const half = `${to}.half`;
  rmSync(half, { recursive: true, force: true });
  cpSync(from, half, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => !isLeft(relative(from, path)),
  });
  rightLinks(from, half);
  rightRoots(from, half, to);
  renameSync(half, to);
  return to;
}

/** Deletes all copies but those. */
export function forgetOthers({ builds }: StackFolder, kept: ReadonlySet<string | undefined>): void {
  if (!existsSync(builds)) return;
  for (const name of readdirSync(builds)) {
    const path = join(builds, name);
    if (!kept.has(path)) rmSync(path, { recursive: true, force: true });
  }
}

/** What only a build needs. Of its cache a server reads the answers that pages were rendered with. */
function isLeft(path: string): boolean {
  return /^(?:dev|cache\/(?!fetch-cache)[^/]+)$/.test(path);
}

/** A link out of the build, as to a package in `node_modules`, leads where it led. */
function rightLinks(from: string, copy: string): void {
  for (const entry of readdirSync(copy, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) continue;
    const link = join(entry.parentPath, entry.name);
    const target = resolve(from, relative(copy, entry.parentPath), readlinkSync(link));
    if (!relative(from, target).startsWith("..")) continue;
    rmSync(link);
    symlinkSync(target, link);
  }
}

/**
 * Turbopack finds the app's sources by the way up from its build, for `import.meta.url` and `import.meta.dirname`. From
 * here it is another.
 */
function rightRoots(from: string, copy: string, to: string): void {
  const server = join(copy, "server");
  if (!existsSync(server)) return;
  for (const entry of readdirSync(server, { recursive: true, withFileTypes: true })) {
    if (entry.name !== "[turbopack]_runtime.js") continue;
    const file = join(entry.parentPath, entry.name);
    const text = readFileSync(file, "utf8").replace(
      /(\bRELATIVE_ROOT_PATH = )("(?:\.\.\/)*\.\.")/,
      (_all, start: string, up: string) =>
        start + JSON.stringify(relative(to, resolve(from, JSON.parse(up) as string))),
    );
    writeFileSync(file, text);
  }
}
