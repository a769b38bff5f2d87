// The names of objects: which may be asked for, and where they lie in the bucket.

import { createHash } from "node:crypto";
import { SpillwayError } from "../errors.ts";

/** What S3 takes for a key, in bytes of UTF-8. */
const mostBytes = 1024;

/** What a tag of a cache may be, in characters. */
const longestTag = 512;

/** Where uploads lie until they are whole and checked. Nothing under it is ever given out. */
export const uploadsFolder = ".uploads";

/** Where a disk keeps what S3 keeps as metadata. */
export const aboutFolder = ".about";

const reserved: ReadonlySet<string> = new Set([uploadsFolder, aboutFolder]);

/** Throws SPILLWAY_STORAGE_KEY. */
export function checkKey(key: unknown, prefix = ""): asserts key is string {
  const problem = problemOf(key) ?? lengthProblem(prefix + String(key));
  if (problem !== undefined) throw new SpillwayError("SPILLWAY_STORAGE_KEY", { what: "key", problem });
}

/** Throws SPILLWAY_STORAGE_KEY. */
export function checkFolder(folder: unknown): asserts folder is string {
  // Room for the digest and the extension.
  const problem = problemOf(folder) ?? lengthProblem(`${String(folder)}/${"0".repeat(80)}`);
  if (problem !== undefined) throw new SpillwayError("SPILLWAY_STORAGE_KEY", { what: "folder", problem });
}

/** Why a name cannot be a key; undefined if it can. */
export function problemOf(name: unknown): string | undefined {
  if (typeof name !== "string") return `is ${name === null ? "null" : `a ${typeof name}`}, expected text`;
  if (name === "") return "is empty";
  if (!name.isWellFormed()) return "has half of a surrogate pair, which UTF-8 cannot hold";
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  if (/[\u0000-\u001F\u007F-\u009F]/.test(name)) return "has a control character";
  if (name.includes("\\")) return "has a backslash";
  if (name.startsWith("/")) return "begins with a slash";
  const segments = name.split("/");
  if (segments.includes("")) return "has an empty segment";
  if (segments.some((segment) => segment === "." || segment === "..")) return "has the segment . or ..";
  if (reserved.has(segments[0]!)) return `begins with ${segments[0]}, which is not given out`;
  return undefined;
}

function lengthProblem(name: string): string | undefined {
  const bytes = Buffer.byteLength(name);
  return bytes > mostBytes ? `is ${bytes} bytes long, expected at most ${mostBytes}` : undefined;
}

/** The path of a key in a URL. */
export function pathOf(key: string): string {
  return key.split("/").map(encodeURIComponent).join("/");
}

/** The tag of what shows an object: deleting it invalidates that. */
export function tagOf(key: string): string {
  const tag = `object:${key}`;
  return tag.length <= longestTag ? tag : `object:${createHash("sha256").update(key).digest("hex")}`;
}
