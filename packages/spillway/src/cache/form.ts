// The form in which values are kept: as they are, or encoded, so that each reader gets a copy.

import { decode, encode } from "./codec.ts";
import { sizeOf } from "./size.ts";

export interface Kept {
  kept: unknown;
  bytes: number;
  /** The value encoded, where it is to go to Redis. */
  payload?: Buffer;
}

export interface Form {
  /** What is kept of a value, and its bytes, counted no further than `cap`. */
  keep(value: unknown, cap: number): Kept;
  /** The same of a value that comes encoded; undefined if it cannot be read. */
  receive(payload: Buffer): Kept | undefined;
  /** What a reader is given of it. */
  give(kept: unknown): unknown;
}

/** What an object takes in memory for each byte of its JSON, about. */
const spread = 2;

/** All readers share the value itself. */
export const shared: Form = {
  keep: (value, cap) => ({ kept: value, bytes: sizeOf(value, cap) }),
  receive(payload) {
    const decoded = decode(payload);
    return decoded && { kept: decoded.value, bytes: spread * payload.length, payload };
  },
  give: (kept) => kept,
};

/** The same, and other processes are given a copy. Throws SPILLWAY_CACHE_VALUE for what is not data. */
export const sharedAndSent: Form = {
  ...shared,
  keep: (value, cap) => ({ ...shared.keep(value, cap), payload: encode(value) }),
};

/** Each reader gets a copy. Throws SPILLWAY_CACHE_VALUE for what is not data. */
export const copied: Form = {
  keep(value) {
    const payload = encode(value);
    return { kept: payload, bytes: payload.length, payload };
  },
  receive(payload) {
    if (decode(payload) === undefined) return undefined;
    // Of memory of its own: a reply is a part of a larger chunk.
    return { kept: Buffer.from(payload), bytes: payload.length, payload };
  },
  // Of bytes of its own: a Buffer in a value shares the memory that it was decoded from.
  give: (kept) => decode(Buffer.from(kept as Buffer))?.value,
};
