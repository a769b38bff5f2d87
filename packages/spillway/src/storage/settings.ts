// The settings of storage: their defaults, and their checks.

import { SpillwayError } from "../errors.ts";
import { blockBytes } from "./blocks.ts";
import { pathOf, problemOf } from "./keys.ts";
import { isTypePattern } from "./types/permit.ts";

/** What is called of a cache. */
export interface InvalidatedCache {
  invalidate(targets: { tags: readonly string[] }): Promise<void>;
}

/** Settings of every storage. */
export interface CommonSettings {
  /** Before all keys, such as `shop/`: what else lies in the bucket is out of reach. Default none. */
  prefix?: string;
  /**
   * What comes before a key in its address: `https://cdn.example.com`, or a path of the app that calls `respond`,
   * such as `/files`. Default: `CDN_URL` and the prefix, as a CDN has them that reads the bucket itself; without
   * `CDN_URL` the prefix alone, from the root of the page's host.
   */
  publicUrl?: string;
  /** Bytes of the largest upload, where its call says nothing. Default 100 MiB; at most 48 GiB. */
  maxBytes?: number;
  /**
   * Types of content that are taken, where the call says nothing. Default pictures, sound and film. `text/plain` is
   * any text; `image/svg+xml` and `text/html` count only if they are listed by name, as no wildcard stands for them.
   */
  types?: readonly string[];
  /** The cache in which `delete` invalidates what shows the object, tagged with `storage.tag(key)`. Default none. */
  cache?: InvalidatedCache;
  /** Seconds that storage may take to begin an answer, and for each MiB that is sent. Default 10. */
  timeout?: number;
}

export interface FilledCommon {
  prefix: string;
  /** Without a slash at its end. */
  publicUrl: string;
  maxBytes: number;
  types: readonly string[];
  cache: InvalidatedCache | undefined;
  timeoutMs: number;
}

/** A multipart upload has at most 10,000 parts. */
const mostBytes = 10_000 * blockBytes;
const mostSeconds = 3600;

const defaults = {
  prefix: "",
  maxBytes: 100 * 2 ** 20,
  types: ["image/*", "audio/*", "video/*"],
  timeout: 10,
} as const;

const known = ["prefix", "publicUrl", "maxBytes", "types", "cache", "timeout"] as const;

/** Throws SPILLWAY_STORAGE_SETTING. */
export function commonSettings(given: CommonSettings, others: readonly string[]): FilledCommon {
  const names: readonly string[] = [...known, ...others];
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown !== undefined) throw settingError(unknown, "unknown", `one of ${names.join(", ")}`);
  const { cache } = given;
  const prefix = checkedPrefix(given.prefix ?? defaults.prefix);
  const timeout = given.timeout ?? defaults.timeout;
  if (!(typeof timeout === "number" && timeout >= 0.001 && timeout <= mostSeconds))
    throw settingError("timeout", timeout, `seconds from 0.001 to ${mostSeconds}`);
  if (cache !== undefined && typeof cache?.invalidate !== "function")
    throw settingError("cache", typeof cache, "what createCache returns");
  const maxBytes = checkedBytes(given.maxBytes ?? defaults.maxBytes);
  const types = checkedTypes(given.types ?? defaults.types);
  return { prefix, publicUrl: checkedUrl(given, prefix), maxBytes, types, cache, timeoutMs: timeout * 1000 };
}

/** Throws SPILLWAY_STORAGE_SETTING. */
export function checkedTypes(types: unknown): readonly string[] {
  const expected = "a list of types such as image/png, image/* or text/plain";
  if (!Array.isArray(types) || types.length === 0) throw settingError("types", shown(types), expected);
  const wrong: unknown = types.find((type) => !isTypePattern(type));
  if (wrong !== undefined) throw settingError("types", shown(wrong), expected);
  return Object.freeze([...(types as string[])]);
}

/** Throws SPILLWAY_STORAGE_SETTING. */
export function checkedBytes(value: unknown): number {
  if (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= mostBytes) return Number(value);
  throw settingError("maxBytes", value, `a whole number from 1 to ${mostBytes}`);
}

export function settingError(setting: string, found: unknown, expected: string): SpillwayError {
  return new SpillwayError("SPILLWAY_STORAGE_SETTING", { setting, found: String(found), expected });
}

function checkedPrefix(prefix: unknown): string {
  if (prefix === "") return "";
  const problem = problemOf(typeof prefix === "string" ? prefix.replace(/\/$/, "") : prefix);
  if (problem === undefined && String(prefix).endsWith("/")) return String(prefix);
  throw settingError("prefix", shown(prefix), "segments that each end in a slash, such as shop/");
}

function checkedUrl({ publicUrl }: CommonSettings, prefix: string): string {
  const cdn = (process.env["CDN_URL"] ?? "").replace(/\/$/, "");
  const url = publicUrl ?? `${cdn}/${pathOf(prefix)}`;
  const isPath = /^\/(?!\/)[^?#\\]*$/.test(url);
  const isWeb = URL.canParse(url) && /^https?:\/\/[^?#\\]+$/.test(url);
  if (isPath || isWeb) return url.replace(/\/$/, "");
  const setting = publicUrl === undefined ? "CDN_URL" : "publicUrl";
  throw settingError(
    setting,
    "no such address",
    "https://host, with a path or none, or a path such as /files",
  );
}

function shown(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : typeof value;
}
