/**
 * Keyset cursors: a page begins after a row, not after a count of rows. It costs the same
 * on page 1 and page 400, and a product added meanwhile shifts nothing.
 */

export const sorts = ["newest", "price-asc", "price-desc"] as const;
export type Sort = (typeof sorts)[number];

const directions = ["next", "previous"] as const;

export interface Cursor {
  sort: Sort;
  /** Whether the page lies after the row or before it. */
  direction: (typeof directions)[number];
  /** The row's value in the sorted column: milliseconds since 1970, or cents. */
  key: number;
  id: number;
}

export function isSort(value: unknown): value is Sort {
  return sorts.includes(value as Sort);
}

export function encodeCursor({ sort, direction, key, id }: Cursor): string {
  return Buffer.from(`${sort}.${direction}.${key}.${id}`).toString("base64url");
}

const written = /^(newest|price-asc|price-desc)\.(next|previous)\.(\d{1,15})\.(\d{1,10})$/;
const MAX_ID = 2_147_483_647;

/** The cursor, or undefined for anything `encodeCursor` did not write. */
export function decodeCursor(text: string): Cursor | undefined {
  const [, sort, direction, key, id] = written.exec(Buffer.from(text, "base64url").toString()) ?? [];
  if (!isSort(sort) || (direction !== "next" && direction !== "previous")) return undefined;
  const cursor: Cursor = { sort, direction, key: Number(key), id: Number(id) };
  // Prices are 32-bit in the database; comparing with more would be an error there.
  const limit = sort === "newest" ? 8_640_000_000_000_000 : MAX_ID;
  if (cursor.key > limit || cursor.id > MAX_ID) return undefined;
  // Decoding is lenient (padding, other alphabets): one page has exactly one address.
  return encodeCursor(cursor) === text ? cursor : undefined;
}
