// Objects on a local disk, for tests of code that needs no S3.

import { createReadStream } from "node:fs";
import { mkdir, stat } from "node:fs/promises";
import { SpillwayError } from "../../errors.ts";
import type { Backend, ObjectInfo, Place, Presigned } from "../backend.ts";
import type { ReadObject, ReadOptions, Upload } from "../backend.ts";
import { unchecked } from "../http/headers.ts";
import { boundsOf } from "../http/ranges.ts";
import { outputOf } from "../output.ts";
import { diskFailure, isMissing } from "./failure.ts";
import { Files } from "./files.ts";
import { beginUpload } from "./upload.ts";

export class DiskBackend implements Backend {
  readonly #files: Files;
  readonly #timeoutMs: number;

  constructor(directory: string, timeoutMs: number) {
    this.#files = new Files(directory);
    this.#timeoutMs = timeoutMs;
  }

  async head(key: string, signal?: AbortSignal): Promise<ObjectInfo | undefined> {
    signal?.throwIfAborted();
    return await this.#coded(() => this.#find(key));
  }

  async read(key: string, { range, signal }: ReadOptions = {}): Promise<ReadObject | undefined> {
    const info = await this.head(key, signal);
    if (info === undefined) return undefined;
    const { bytes } = info;
    const part = range && boundsOf(range, bytes);
    if (range !== undefined && part === undefined)
      throw new SpillwayError("SPILLWAY_STORAGE_RANGE", { key, bytes });
    const file = createReadStream(this.#files.of(key), part && { start: part.first, end: part.last });
    const body = outputOf(file, {
      idleMs: this.#timeoutMs,
      signal,
      end: () => undefined,
      failure: (error) => diskFailure(this.#files.directory, error),
    });
    return { ...info, body, contentRange: part && `bytes ${part.first}-${part.last}/${bytes}` };
  }

  async write(place: Place, bytes: Uint8Array, signal?: AbortSignal): Promise<string> {
    const upload = await this.begin(signal);
    try {
      await upload.send(bytes);
      return await upload.finish(place);
    } catch (error) {
      await upload.abort();
      throw error;
    }
  }

  async begin(signal?: AbortSignal): Promise<Upload> {
    const etagOf = async (key: string): Promise<string> => (await this.#find(key))?.etag ?? "";
    const upload = await this.#coded(() => beginUpload(this.#files, { signal, etagOf }));
    return {
      send: (block) => this.#coded(() => upload.send(block)),
      finish: (place) => this.#coded(() => upload.finish(place)),
      abort: () => upload.abort(),
    };
  }

  async remove(key: string, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await this.#coded(() => this.#files.remove(key));
  }

  async presign(): Promise<Presigned> {
    throw new SpillwayError("SPILLWAY_STORAGE_REFUSED", {
      action: "presign",
      problem: "a browser cannot write to the disk of a server",
    });
  }

  async check(): Promise<void> {
    await this.#coded(() => mkdir(this.#files.directory, { recursive: true }));
  }

  async close(): Promise<void> {}

  async #find(key: string): Promise<ObjectInfo | undefined> {
    try {
      const found = await stat(this.#files.of(key));
      if (!found.isFile()) return undefined;
      const { contentType, cacheControl } = (await this.#files.about(key)) ?? unchecked;
      const etag = `"${found.size.toString(36)}-${Math.floor(found.mtimeMs).toString(36)}"`;
      return { bytes: found.size, contentType, cacheControl, etag, lastModified: found.mtime };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async #coded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw diskFailure(this.#files.directory, error);
    }
  }
}
