// An upload of many blocks to a disk, into a file that nobody is given.

import { type FileHandle, open, rm } from "node:fs/promises";
import type { Place, Upload } from "../backend.ts";
import type { Files } from "./files.ts";

export interface DiskUploadOptions {
  signal: AbortSignal | undefined;
  etagOf: (key: string) => Promise<string>;
}

export async function beginUpload(files: Files, options: DiskUploadOptions): Promise<Upload> {
  options.signal?.throwIfAborted();
  const file = await files.unfinished();
  return new DiskUpload(files, { ...options, file, handle: await open(file, "wx") });
}

interface Begun extends DiskUploadOptions {
  file: string;
  handle: FileHandle;
}

class DiskUpload implements Upload {
  readonly #files: Files;
  readonly #begun: Begun;
  #position = 0;

  constructor(files: Files, begun: Begun) {
    this.#files = files;
    this.#begun = begun;
  }

  async send(block: Uint8Array): Promise<void> {
    this.#begun.signal?.throwIfAborted();
    let position = this.#position;
    this.#position += block.length;
    for (let left = block; left.length > 0;) {
      const { bytesWritten } = await this.#begun.handle.write(left, 0, left.length, position);
      position += bytesWritten;
      left = left.subarray(bytesWritten);
    }
  }

  async finish(place: Place): Promise<string> {
    const { handle, file, etagOf, signal } = this.#begun;
    signal?.throwIfAborted();
    await handle.close();
    await this.#files.publish(file, place);
    return await etagOf(place.key);
  }

  async abort(): Promise<void> {
    const { handle, file } = this.#begun;
    await handle.close().catch(() => undefined);
    await rm(file, { force: true }).catch(() => undefined);
  }
}
