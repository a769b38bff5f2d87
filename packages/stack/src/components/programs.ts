// The programs that the real servers come from, and how to install those that are missing.

import { accessSync, constants, existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Settings } from "../config/settings.ts";
import { SpillwayError } from "../errors.ts";
import { isRoot } from "../state/folder.ts";

// Debian keeps servers in sbin, which is not on a normal user's path.
const extraFolders = ["/usr/local/sbin", "/usr/sbin", "/sbin", "/opt/homebrew/sbin"];

/** Purges by tag; it comes with all the other modules that an edge's VCL imports. */
export const edgeModule = "libvmod_xkey.so";

const debianPackages: Readonly<Record<string, string>> = {
  "redis-server": "redis-server",
  haproxy: "haproxy",
  nginx: "nginx",
  varnishd: "varnish",
  [edgeModule]: "varnish-modules",
};

/** Where a program lies, or undefined. */
export function findProgram(name: string): string | undefined {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), ...extraFolders];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

/** Where a program lies. Throws SPW_BINARY_MISSING. */
export function program(name: string): string {
  const found = findProgram(name);
  if (found === undefined) throw missing([name]);
  return found;
}

/** The programs a stack of these settings needs. */
export function neededPrograms(settings: Settings): string[] {
  return ["redis-server", settings.balancer.engine === "nginx" ? "nginx" : "haproxy", varnishProgram()];
}

/** The project that made Varnish goes on as Vinyl Cache, whose server has another name from version 9 on. */
export function varnishProgram(): string {
  return findProgram("varnishd") === undefined && findProgram("vinyld") !== undefined ? "vinyld" : "varnishd";
}

/** Throws SPW_BINARY_MISSING naming every program that is not there, with one line that installs them all. */
export function requirePrograms(names: readonly string[]): void {
  const absent = names.filter((name) => findProgram(name) === undefined);
  if (!hasVarnishModule(edgeModule)) absent.push(edgeModule);
  if (absent.length > 0) throw missing(absent);
}

/** The error that names programs that are not there and the line that installs them. */
export function missing(programs: readonly string[]): SpillwayError {
  const packages = programs.map((name) => debianPackages[name] ?? name);
  const install = `${isRoot ? "" : "sudo "}apt-get install -y --no-install-recommends ${packages.join(" ")}`;
  return new SpillwayError("SPW_BINARY_MISSING", { programs, install });
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A library of Varnish, which has no program of its own. */
export function hasVarnishModule(name: string): boolean {
  const triplets = existsSync("/usr/lib")
    ? readdirSync("/usr/lib").filter((one) => one.endsWith("-linux-gnu"))
    : [];
  const folders = ["/usr/lib", "/usr/local/lib", ...triplets.map((one) => join("/usr/lib", one))];
  return folders.some((folder) => existsSync(join(folder, "varnish/vmods", name)));
}
