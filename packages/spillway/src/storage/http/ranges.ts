// Byte ranges as RFC 9110, 14.1.2 means them.

import type { ByteRange } from "../backend.ts";

/**
 * The one range that a Range header asks for. Undefined for anything else, several ranges included: the whole is
 * sent then, since a server may ignore the header (RFC 9110, 14.2).
 */
export function parseRange(header: string | null): ByteRange | undefined {
  const [, first = "", last = ""] = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(header ?? "") ?? [];
  if (first === "" && last === "") return undefined;
  const [from, to] = [Number(first), Number(last)];
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to)) return undefined;
  if (first === "") return { suffix: to };
  if (last === "") return { first: from };
  return to < from ? undefined : { first: from, last: to };
}

export function rangeHeader(range: ByteRange): string {
  return "suffix" in range ? `bytes=-${range.suffix}` : `bytes=${range.first}-${range.last ?? ""}`;
}

/** The bytes that it is of so many; undefined if it has none of them. */
export function boundsOf(range: ByteRange, bytes: number): { first: number; last: number } | undefined {
  const first = "suffix" in range ? Math.max(0, bytes - range.suffix) : range.first;
  const last = Math.min("suffix" in range ? bytes - 1 : (range.last ?? bytes - 1), bytes - 1);
  return first > last ? undefined : { first, last };
}
