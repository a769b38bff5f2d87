// The seam between what storage promises and where the bytes lie.

/** What is kept beside the bytes, and sent with them even by a CDN that reads the bucket itself. */
export interface Headers {
  contentType: string;
  contentDisposition: string;
  cacheControl: string;
}

/** What is known of an object without its bytes. */
export interface ObjectInfo {
  /** All of its bytes. */
  bytes: number;
  contentType: string;
  cacheControl: string | undefined;
  /** With its quotes, as in HTTP. */
  etag: string;
  lastModified: Date;
}

/** A part of an object: `last` bytes from its end, or from `first` to `last`, both counted from 0 and included. */
export type ByteRange = { first: number; last?: number } | { suffix: number };

export interface ReadObject extends ObjectInfo {
  body: ReadableStream<Uint8Array>;
  /** As in HTTP; undefined if the body is all of it. */
  contentRange: string | undefined;
}

export interface ReadOptions {
  range?: ByteRange | undefined;
  signal?: AbortSignal | undefined;
}

/** Where an object is to be, and with which headers. */
export interface Place {
  key: string;
  headers: Headers;
}

/** An upload of more than one block. Nobody sees any of it before `finish`. */
export interface Upload {
  /** Resolves when the block may be used for something else. Blocks are in the order of the calls. */
  send(block: Uint8Array): Promise<void>;
  /** Makes it the object at `place`; resolves to its ETag. */
  finish(place: Place): Promise<string>;
  /** Takes back all that was sent. Never rejects. */
  abort(): Promise<void>;
}

/** What takes uploads from browsers, and what such an upload is called. */
export interface Presigned {
  /** Where the form goes. */
  url: string;
  /** The fields of the form, before the one called `file`. */
  fields: Record<string, string>;
}

export interface PresignOrder {
  key: string;
  maxBytes: number;
  /** Seconds. */
  expiresIn: number;
}

/** Keys are checked before they come here, and have their prefix. */
export interface Backend {
  /** Undefined if there is no such object. */
  head(key: string, signal?: AbortSignal): Promise<ObjectInfo | undefined>;
  /** Undefined if there is no such object. Rejects with SPILLWAY_STORAGE_RANGE for a part that it does not have. */
  read(key: string, options?: ReadOptions): Promise<ReadObject | undefined>;
  /** Puts a small object there as a whole; resolves to its ETag. */
  write(place: Place, bytes: Uint8Array, signal?: AbortSignal): Promise<string>;
  begin(signal?: AbortSignal): Promise<Upload>;
  /** No error if there is none. */
  remove(key: string, signal?: AbortSignal): Promise<void>;
  presign(order: PresignOrder): Promise<Presigned>;
  /** Rejects if nothing can be kept here. */
  check(signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
}
