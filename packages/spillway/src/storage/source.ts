// The bodies that can be stored, read in one way: chunk by chunk, and closed when no more is wanted.

import { Readable } from "node:stream";
import { SpillwayError } from "../errors.ts";

/** What can be stored. A stream is read once, and closed whatever becomes of the upload. */
export type Body =
  | Uint8Array
  | ArrayBuffer
  | string
  | Blob
  | ReadableStream<Uint8Array>
  | Readable
  | AsyncIterable<Uint8Array | string>;

export interface Source {
  /** Undefined at its end. Rejects with the error of the body itself. */
  next(): Promise<Uint8Array | undefined>;
  /** No more is wanted. Does not wait for a read that is under way, and never throws. */
  close(reason?: unknown): void;
}

/** Throws SPILLWAY_STORAGE_BODY. */
export function openSource(body: Body): Source {
  if (typeof body === "string") return once(Buffer.from(body));
  if (body instanceof Uint8Array) return once(body);
  if (body instanceof ArrayBuffer) return once(new Uint8Array(body));
  if (body instanceof Blob) return ofWeb(body.stream());
  if (body instanceof ReadableStream) return ofWeb(body);
  if (body instanceof Readable) return ofIterator(body[Symbol.asyncIterator](), () => body.destroy());
  if (isIterable(body)) {
    const iterator = body[Symbol.asyncIterator]();
    return ofIterator(iterator, () => void iterator.return?.().catch(() => undefined));
  }
  throw bodyError(body);
}

function once(bytes: Uint8Array): Source {
  let left: Uint8Array | undefined = bytes;
  return {
    next: async () => {
      const chunk = left;
      left = undefined;
      return chunk;
    },
    close: () => (left = undefined),
  };
}

function ofWeb(stream: ReadableStream<unknown>): Source {
  const reader = stream.getReader();
  return {
    next: async () => {
      const { done, value } = await reader.read();
      return done ? undefined : bytesOf(value);
    },
    close: (reason) => void reader.cancel(reason).catch(() => undefined),
  };
}

function ofIterator(iterator: AsyncIterator<unknown>, close: () => void): Source {
  return {
    next: async () => {
      const { done, value } = await iterator.next();
      return done === true ? undefined : bytesOf(value);
    },
    close,
  };
}

function bytesOf(chunk: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  if (typeof chunk === "string") return Buffer.from(chunk);
  throw bodyError(chunk);
}

function isIterable(body: unknown): body is AsyncIterable<unknown> {
  return typeof body === "object" && body !== null && Symbol.asyncIterator in body;
}

function bodyError(found: unknown): SpillwayError {
  const shown =
    typeof found === "object" && found !== null ? `an instance of ${found.constructor?.name}` : typeof found;
  return new SpillwayError("SPILLWAY_STORAGE_BODY", { found: shown });
}
