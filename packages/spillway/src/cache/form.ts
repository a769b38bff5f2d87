// The form in which values are kept: as they are, or encoded, so that each reader gets a copy.

import { decode, encode } from "./codec.ts";
import { sizeOf } from "./size.ts";

export interface Kept {
  kept: unknown;
  bytes: number;
}

export interface Form {
  /** What is kept of a value, and its bytes, counted no further than `cap`. */
  keep(value: unknown, cap: number): Kept;
  /** What a reader is given of it. */
  give(kept: unknown): unknown;
}

/** All readers share the value itself. */
export const shared: Form = {
  keep: (value, cap) => ({ kept: value, bytes: sizeOf(value, cap) }),
  give: (kept) => kept,
};

/** Each reader gets a copy. Throws SPILLWAY_CACHE_VALUE for what is not data. */
export const copied: Form = {
  keep(value) {
    const kept = encode(value);
    return { kept, bytes: kept.length };
  },
  // Of bytes of its own: a Buffer in a value shares the memory that it was decoded from.
  give: (kept) => decode(Buffer.from(kept as Buffer))?.value,
};
