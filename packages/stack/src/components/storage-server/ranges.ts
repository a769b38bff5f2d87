// Byte ranges as RFC 9110, 14.1.2 means them. s3rver takes the last four bytes (`-4`) for the first five, and
// the first byte (`0-0`) for all of them.

/** What s3rver's store is told. `end` is a text, since its store takes the number 0 for no end. */
export interface StoreRange {
  start?: number;
  end?: string;
}

/**
 * The one range that a Range header asks for, in an object of `size` bytes. Anything else, several ranges
 * included, asks for the whole: a server may ignore the header (RFC 9110, 14.2).
 */
export function storeRange(header: string | undefined, size: number): StoreRange {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? "");
  const [, first = "", last = ""] = match ?? [];
  if (first === "" && last === "") return {};
  if (first === "") return { start: Math.max(0, size - Number(last)), end: String(size - 1) };
  if (last === "") return { start: Number(first) };
  return Number(last) < Number(first) ? {} : { start: Number(first), end: last };
}
