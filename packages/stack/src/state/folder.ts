// Where a stack keeps its things: `.spillway/` beside the app, a short runtime folder for sockets, and, when
// run by root, a folder under /var/lib that the unprivileged database user can reach.

import { chmodSync, existsSync, lstatSync, mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const isRoot: boolean = process.getuid?.() === 0;

/** The paths of one stack. Pure: nothing is made by asking for a path. */
export class StackFolder {
  /** The app's folder. */
  readonly app: string;
  /** `.spillway` beside it. */
  readonly root: string;

  constructor(app: string) {
    this.app = app;
    this.root = join(app, ".spillway");
  }

  get state(): string {
    return join(this.root, "state.json");
  }
  get secrets(): string {
    return join(this.root, "secrets.json");
  }
  get lock(): string {
    return join(this.root, "lock");
  }
  get journal(): string {
    return join(this.root, "supervisor", "journal");
  }
  get buildStamp(): string {
    return join(this.root, "build", "stamp.json");
  }
  /** Where `next build` writes. */
  get nextBuild(): string {
    return join(this.app, ".next");
  }
  /** Copies of builds, one folder each, that servers run. */
  get builds(): string {
    return join(this.root, "builds");
  }
  /** The folder of a component, the build, a release command or the supervisor. */
  of(name: string): string {
    return join(this.root, name);
  }
  log(name: string): string {
    return join(this.root, name, "log");
  }
}

/** Makes `.spillway/`, which tells git to ignore it. True when it was not there before. */
export function makeStackFolder(folder: StackFolder): boolean {
  const isNew = !existsSync(folder.root);
  mkdirSync(join(folder.root, "supervisor"), { recursive: true });
  if (isNew) writeFileSync(join(folder.root, ".gitignore"), "*\n");
  return isNew;
}

/**
 * The folder for sockets. Short, since HAProxy takes at most 97 characters (sun_path holds 108, unix(7)), and
 * open to its owner alone.
 */
export function runtimeFolder(id: string): string {
  const base = isRoot ? "/run" : (process.env["XDG_RUNTIME_DIR"] ?? tmpdir());
  return join(existsSync(base) ? base : tmpdir(), `spillway-${id}`);
}

/** Makes the runtime folder; refuses one that somebody else put there. */
export function makeRuntimeFolder(id: string): string {
  const path = runtimeFolder(id);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const found = lstatSync(path);
  if (!found.isDirectory() || found.uid !== process.getuid?.()) {
    throw new Error(`${path} is not a folder of this user`);
  }
  chmodSync(path, 0o700);
  return path;
}

/** Where root's database lives: outside the checkout, which the database's user may not be able to enter. */
export function systemFolder(id: string): string {
  return join("/var/lib/spillway", id);
}
