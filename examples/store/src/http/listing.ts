/** The query of `GET /api/products`. */
import { type Cursor, decodeCursor } from "../catalogue/cursor.ts";
import { type Parsed, settle } from "../forms/result.ts";

const DEFAULT_LIMIT = 24;
const MAX_LIMIT = 100;

interface ListingQuery {
  /** Slug of the category; all if undefined. */
  category: string | undefined;
  cursor: Cursor | undefined;
  limit: number;
}

export function parseListing(params: URLSearchParams): Parsed<ListingQuery> {
  const cursorText = params.get("cursor");
  const limitText = params.get("limit");
  const cursor = cursorText ? decodeCursor(cursorText) : undefined;
  const limit = limitText === null ? DEFAULT_LIMIT : Number(limitText || Number.NaN);
  const limitIsFine = Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT;
  // The API lists by age only, so a cursor of another order belongs to another page.
  const cursorIsFine = !cursorText || cursor?.sort === "newest";
  return settle(
    { category: params.get("category") || undefined, cursor, limit },
    {
      limit: limitIsFine ? undefined : `Give a whole number from 1 to ${MAX_LIMIT}.`,
      cursor: cursorIsFine ? undefined : "Send back a nextCursor unchanged, or leave it out.",
    },
  );
}
