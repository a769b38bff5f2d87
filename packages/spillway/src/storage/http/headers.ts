// The headers of an object: those that are kept with it, and those that make it harmless where it is shown.

import type { Headers as StoredHeaders } from "../backend.ts";
import type { DetectedType } from "../types/detect.ts";
import { isPassive } from "../types/passive.ts";

/** A key names its bytes, so what it gives never changes (RFC 8246). */
const forEver = "public, max-age=31536000, immutable";

/** Browsers take the type as it is said, and run nothing of what they show. */
export const harmless: Readonly<Record<string, string>> = {
  "X-Content-Type-Options": "nosniff",
  "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
};

export function headersOf({ type, isText }: DetectedType): StoredHeaders {
  return {
    contentType: isText ? `${type}; charset=utf-8` : type,
    contentDisposition: disposition(type),
    cacheControl: forEver,
  };
}

/** What an upload has until it was checked: nothing can be done with it. */
export const unchecked: StoredHeaders = {
  contentType: "application/octet-stream",
  contentDisposition: "attachment",
  cacheControl: "no-store",
};

/** How a browser is to treat it, and under which name it is kept by who downloads it (RFC 6266). */
export function disposition(contentType: string, name?: string): string {
  const treatment = isPassive(contentType) ? "inline" : "attachment";
  if (name === undefined) return treatment;
  // A path, a quote or a line break in a name is no part of it.
  // oxlint-disable-next-line no-control-regex -- they are what is taken out
  const plain = name.toWellFormed().replaceAll(/[\u0000-\u001F\u007F-\u009F"\\/]/g, "_");
  const ascii = plain.replaceAll(/[^\u0020-\u007E]/g, "_");
  const encoded = encodeURIComponent(plain).replaceAll(
    /['()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16)}`,
  );
  const extended = ascii === plain ? "" : `; filename*=UTF-8''${encoded}`;
  return `${treatment}; filename="${ascii}"${extended}`;
}
