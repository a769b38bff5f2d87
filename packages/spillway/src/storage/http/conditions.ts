// Conditional requests, in the order of RFC 9110, 13.2.2.

import type { ObjectInfo } from "../backend.ts";

/** Whether a list of ETags has this one; compared weakly (RFC 9110, 13.1.2). */
export function listsETag(list: string, etag: string): boolean {
  if (list.trim() === "*") return true;
  const opaque = (tag: string): string => tag.replace(/^W\//, "");
  const tags = list.match(/(?:W\/)?"[^"]*"/g) ?? [];
  return tags.some((tag) => opaque(tag) === opaque(etag));
}

/** Whether the client has what it would be sent. */
export function isUnchanged(headers: Headers, { etag, lastModified }: ObjectInfo): boolean {
  const list = headers.get("if-none-match");
  if (list !== null) return listsETag(list, etag);
  const since = Date.parse(headers.get("if-modified-since") ?? "");
  return !Number.isNaN(since) && inSeconds(lastModified.getTime()) <= inSeconds(since);
}

/** Whether a range is of what the client has the rest of; compared strongly (RFC 9110, 13.1.5). */
export function isSameAsHad(headers: Headers, { etag, lastModified }: ObjectInfo): boolean {
  const had = headers.get("if-range");
  if (had === null) return true;
  if (had.includes('"')) return had === etag && !had.startsWith("W/");
  return inSeconds(Date.parse(had)) === inSeconds(lastModified.getTime());
}

/** Dates of HTTP have no more. */
function inSeconds(ms: number): number {
  return Math.floor(ms / 1000);
}
