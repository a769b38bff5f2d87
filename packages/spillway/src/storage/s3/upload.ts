// An upload of many blocks. The name of its object is known at its end, so it is made under another, where nothing
// is given out, and then copied.

import { randomBytes } from "node:crypto";
import type { Place, Upload } from "../backend.ts";
import { unchecked } from "../http/headers.ts";
import type { S3Calls } from "./calls.ts";
import { copyObject } from "./copy.ts";
import { abortMultipart, completeMultipart, createMultipart, type Part, sendPart } from "./multipart.ts";

/** Where uploads lie, and what ends them. */
export interface Beginning {
  /** Ends in a slash. */
  folder: string;
  signal: AbortSignal | undefined;
  remove: (key: string) => Promise<void>;
}

export async function beginUpload(s3: S3Calls, beginning: Beginning): Promise<Upload> {
  const key = beginning.folder + randomBytes(16).toString("hex");
  const uploadId = await createMultipart(s3, { key, headers: unchecked }, beginning.signal);
  return new S3Upload(s3, { ...beginning, key, uploadId });
}

interface Begun extends Beginning {
  key: string;
  uploadId: string;
}

class S3Upload implements Upload {
  readonly #s3: S3Calls;
  readonly #begun: Begun;
  readonly #parts: Part[] = [];
  #count = 0;
  #bytes = 0;
  #isComplete = false;

  constructor(s3: S3Calls, begun: Begun) {
    this.#s3 = s3;
    this.#begun = begun;
  }

  async send(block: Uint8Array): Promise<void> {
    this.#bytes += block.length;
    const { key, uploadId, signal } = this.#begun;
    this.#parts.push(await sendPart(this.#s3, { key, uploadId, signal, block, number: ++this.#count }));
  }

  async finish(to: Place): Promise<string> {
    const { key, uploadId, signal, remove } = this.#begun;
    const bytes = this.#bytes;
    await completeMultipart(this.#s3, { key, uploadId, signal, bytes, parts: this.#parts });
    this.#isComplete = true;
    const etag = await copyObject(this.#s3, { from: key, to, bytes, signal });
    // What is stored is stored; a rule of the bucket removes what is left.
    await remove(key).catch(() => undefined);
    return etag;
  }

  async abort(): Promise<void> {
    const { key, uploadId, remove } = this.#begun;
    if (!this.#isComplete) await abortMultipart(this.#s3, key, uploadId);
    // Also when the answer of the completion was lost.
    await remove(key).catch(() => undefined);
  }
}
