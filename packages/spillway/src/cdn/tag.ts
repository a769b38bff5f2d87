// Tags as every CDN takes them: the same ones go into the headers of a response and into its purge.

import { createHash } from "node:crypto";
import { SpillwayError } from "../errors.ts";

/**
 * What all of them take as it is. No upper case: Cloudflare and CloudFront take `Product` and `product` for one,
 * Fastly and Varnish do not. Short enough for Vercel, which counts `:` and `/` as three of its 256 bytes.
 */
const portable = /^[a-z0-9_.:/-]{1,80}$/;

/** `~`, which no portable tag has, and 130 bits in base 32. */
const hashed = /^~[a-z2-7]{26}$/;

const digits = "abcdefghijklmnopqrstuvwxyz234567";
const hashLength = 26;

/**
 * The form of a tag of the cache at the edge: unchanged if it has 1 to 80 of `a-z 0-9 _ . : / -`, and a hash of 27
 * characters otherwise. What is one already stays as it is. Throws SPILLWAY_CDN_TAG for what is no text.
 *
 * ```ts
 * edgeTag("product:42"); // product:42
 * edgeTag("Straße 7"); // ~ and 26 characters
 * ```
 */
export function edgeTag(tag: string): string {
  if (typeof tag !== "string" || tag === "")
    throw new SpillwayError("SPILLWAY_CDN_TAG", { found: shown(tag) });
  return portable.test(tag) || hashed.test(tag) ? tag : hash(tag);
}

/** Each once. */
export function edgeTags(tags: readonly string[]): string[] {
  return [...new Set(tags.map(edgeTag))];
}

// As UTF-8, in which half a surrogate pair becomes U+FFFD. So it does on its way through Redis: the purge of a tag
// that came from there must find what the response was tagged with.
function hash(tag: string): string {
  const bytes = createHash("sha256").update(tag, "utf8").digest();
  let text = "~";
  for (let at = 0; at < hashLength; at++) {
    const bit = at * 5;
    const pair = bytes.readUInt16BE(bit >> 3);
    text += digits[(pair >> (11 - (bit & 7))) & 31];
  }
  return text;
}

function shown(tag: unknown): string {
  if (tag === "") return "empty";
  return tag === null ? "null" : `a ${typeof tag}`;
}
