// Files of an app: stored under the digest of their bytes, typed by them, and given out so that none can do harm.

import { randomBytes } from "node:crypto";
import { SpillwayError } from "../errors.ts";
import type { Backend, ByteRange, ObjectInfo, Presigned, ReadObject } from "./backend.ts";
import { listsETag } from "./http/conditions.ts";
import { respond, type RespondOptions } from "./http/respond.ts";
import { checkFolder, checkKey, pathOf, tagOf, uploadsFolder } from "./keys.ts";
import { receive } from "./receive.ts";
import { checkedBytes, checkedTypes, type FilledCommon, settingError } from "./settings.ts";
import { type Body, openSource } from "./source.ts";

export interface CallOptions {
  /** Aborted, the call rejects with its reason, and what was begun is taken back. */
  signal?: AbortSignal | undefined;
}

/** What may be stored, and where. */
export interface PutOptions extends CallOptions {
  /** What comes before the digest in the key, such as `avatars` or `shop/pictures`. */
  folder: string;
  /** Types of content that are taken. Default: those of the storage. */
  types?: readonly string[];
  /** Bytes of the largest body that is taken. Default: that of the storage. */
  maxBytes?: number;
}

export interface StoredObject {
  /** `folder/<SHA-256 of the bytes>.<extension>`. */
  key: string;
  url: string;
  bytes: number;
  /** By the bytes, whatever the sender said. */
  contentType: string;
  etag: string;
  /** SHA-256 of the bytes, in hexadecimal. */
  digest: string;
  /** It was there before; nothing was stored. */
  existed: boolean;
}

export interface GetOptions extends CallOptions {
  range?: ByteRange | undefined;
  /** ETags as in HTTP: one, several with commas, or `*`. */
  ifNoneMatch?: string | undefined;
}

/** Options of `presign`; a function of the server, never of the browser. */
export interface PresignOptions extends Omit<PutOptions, "signal"> {
  /** Seconds in which the upload has to begin. Default 300; at most a week. */
  expiresIn?: number;
}

/** What a browser needs to upload by itself. */
export interface DirectUpload extends Presigned {
  /** For `accept`, once the upload has ended. Whoever knows it can have it accepted. */
  uploadId: string;
}

const mostSecondsSigned = 7 * 24 * 3600;

export class Storage {
  readonly #backend: Backend;
  readonly #settings: FilledCommon;

  /** Use `createStorage` or `createDiskStorage`. */
  constructor(backend: Backend, settings: FilledCommon) {
    this.#backend = backend;
    this.#settings = settings;
  }

  /**
   * Stores a body under a key made of its digest, so that the same bytes are stored once and what a key names never
   * changes. Nothing of it can be seen before it is whole and checked; whatever goes wrong, nothing of it stays, and a
   * stream is closed. It takes at most about 40 MiB of memory, whatever the length.
   *
   * Throws SPILLWAY_STORAGE_TYPE, SPILLWAY_STORAGE_TOO_LARGE, SPILLWAY_STORAGE_KEY for the folder,
   * SPILLWAY_STORAGE_BODY, what the body itself throws, and what is wrong with the storage.
   */
  async put(body: Body, options: PutOptions): Promise<StoredObject> {
    const { prefix } = this.#settings;
    const source = openSource(body);
    try {
      const { folder, types, maxBytes } = this.#limits(options);
      const order = { folder: prefix + folder, types, maxBytes, signal: options.signal };
      const received = await receive(source, order, this.#backend);
      const key = received.key.slice(prefix.length);
      return { ...received, key, url: this.url(key) };
    } catch (error) {
      source.close(error);
      throw error;
    }
  }

  /**
   * An object, or a part of it; undefined if there is none, and "unchanged" if `ifNoneMatch` has its ETag. Its body is
   * read as it comes, and holds a connection until it was read to its end or cancelled. Throws SPILLWAY_STORAGE_RANGE
   * for a part that it does not have.
   */
  async get(key: string, options: GetOptions = {}): Promise<ReadObject | "unchanged" | undefined> {
    const place = this.#place(key);
    const { ifNoneMatch, range, signal } = options;
    if (ifNoneMatch !== undefined) {
      const info = await this.#backend.head(place, signal);
      if (info === undefined) return undefined;
      if (listsETag(ifNoneMatch, info.etag)) return "unchanged";
    }
    return await this.#backend.read(place, { range, signal });
  }

  /** What is known of an object, or undefined if there is none. */
  async head(key: string, { signal }: CallOptions = {}): Promise<ObjectInfo | undefined> {
    return await this.#backend.head(this.#place(key), signal);
  }

  /**
   * Removes an object, and then ends in the cache what is tagged with `tag(key)`, so that the edges let go of it. No
   * error if there is none. Throws what `invalidate` of the cache throws: the object is gone then, and edges may still
   * give it out; delete it again.
   */
  async delete(key: string, { signal }: CallOptions = {}): Promise<void> {
    await this.#backend.remove(this.#place(key), signal);
    await this.#settings.cache?.invalidate({ tags: [tagOf(key)] });
  }

  /** The address of an object, whether it is there or not. */
  url(key: string): string {
    this.#place(key);
    return `${this.#settings.publicUrl}/${pathOf(key)}`;
  }

  /** The tag of an object, for answers and cached values that show it: deleting it ends them. */
  tag(key: string): string {
    this.#place(key);
    return tagOf(key);
  }

  /**
   * A form with which a browser uploads one file to S3 itself. What it uploads is given out by nobody until `accept`
   * has checked it. The limits are those of `put`; give the same to `accept`.
   */
  async presign(options: PresignOptions): Promise<DirectUpload> {
    const { maxBytes } = this.#limits(options);
    const { expiresIn = 300 } = options;
    if (!(Number.isInteger(expiresIn) && expiresIn >= 1 && expiresIn <= mostSecondsSigned))
      throw settingError("expiresIn", expiresIn, `whole seconds from 1 to ${mostSecondsSigned}`);
    const uploadId = randomBytes(16).toString("hex");
    const presigned = await this.#backend.presign({ key: this.#uploaded(uploadId), maxBytes, expiresIn });
    return { uploadId, ...presigned };
  }

  /**
   * Makes an upload of a browser an object, as `put` would have: its bytes are read and checked. What is refused is
   * removed. Throws SPILLWAY_STORAGE_UPLOAD if nothing was uploaded, and what `put` throws.
   */
  async accept(uploadId: string, options: PutOptions): Promise<StoredObject> {
    const limits = this.#limits(options);
    const { signal } = options;
    const place = this.#uploaded(uploadId);
    const uploaded = await this.#backend.read(place, { signal });
    if (uploaded === undefined)
      throw uploadError("it never ended, was accepted or refused before, or was removed");
    try {
      // The bytes that are checked are those that are stored, even if the form is sent once more meanwhile.
      const stored = await this.put(uploaded.body, { ...limits, signal });
      await this.#backend.remove(place).catch(() => undefined);
      return stored;
    } catch (error) {
      if (isRefusal(error)) await this.#backend.remove(place).catch(() => undefined);
      throw error;
    }
  }

  /**
   * An object as the answer to a request of the web, GET or HEAD: with its ETag, 304, ranges (206, 416), and headers
   * that let a browser run nothing of it. 404 if there is none. Throws SPILLWAY_STORAGE_KEY, and what is wrong with
   * the storage.
   */
  async respond(request: Request, key: string, options: RespondOptions = {}): Promise<Response> {
    return await respond(this, { request, key, options });
  }

  /** Asks the storage whether it will do, for a start-up or health check. Throws what is wrong with it. */
  async check({ signal }: CallOptions = {}): Promise<void> {
    await this.#backend.check(signal);
  }

  /** Closes the connections that it made. A client that it was given stays open. */
  async close(): Promise<void> {
    await this.#backend.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #limits(options: PutOptions | PresignOptions): Required<Omit<PutOptions, "signal">> {
    const { folder, types = this.#settings.types, maxBytes = this.#settings.maxBytes } = options;
    checkFolder(folder);
    return { folder, types: checkedTypes(types), maxBytes: checkedBytes(maxBytes) };
  }

  /** Where it lies in the bucket. */
  #place(key: string): string {
    const { prefix } = this.#settings;
    checkKey(key, prefix);
    return prefix + key;
  }

  #uploaded(uploadId: string): string {
    if (!/^[0-9a-f]{32}$/.test(uploadId)) throw uploadError("its id is not one that presign gives");
    return `${this.#settings.prefix}${uploadsFolder}/${uploadId}`;
  }
}

/** What will be refused however often it is tried. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof SpillwayError)) return false;
  return ["SPILLWAY_STORAGE_TYPE", "SPILLWAY_STORAGE_TOO_LARGE"].includes(error.code);
}

function uploadError(problem: string): SpillwayError {
  return new SpillwayError("SPILLWAY_STORAGE_UPLOAD", { problem });
}
