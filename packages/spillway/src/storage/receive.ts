// The way of a body into storage: typed by its bytes, named by their digest, and seen by nobody until it is whole.

import { createHash } from "node:crypto";
import type { Backend, Place, Upload } from "./backend.ts";
import { Blocks } from "./blocks.ts";
import { headersOf } from "./http/headers.ts";
import type { Source } from "./source.ts";
import { detectType, typeError, type DetectedType } from "./types/detect.ts";
import { TextCheck } from "./types/text-check.ts";

/** Blocks on their way at a time. With the one that is being filled, they are the memory of an upload. */
const inFlight = 3;

export interface Order {
  /** With the prefix of the storage. */
  folder: string;
  types: readonly string[];
  maxBytes: number;
  signal: AbortSignal | undefined;
}

export interface Received {
  /** With the prefix of the storage. */
  key: string;
  bytes: number;
  contentType: string;
  etag: string;
  /** SHA-256 of the bytes, in hexadecimal. */
  digest: string;
  existed: boolean;
}

/** Reads the source to its end. Whoever opened it closes it if this rejects. */
export async function receive(source: Source, order: Order, backend: Backend): Promise<Received> {
  const receiving = new Receiving(source, order, backend);
  try {
    return await receiving.run();
  } finally {
    receiving.leave();
  }
}

class Receiving {
  readonly #order: Order;
  readonly #backend: Backend;
  readonly #blocks: Blocks;
  readonly #hash = createHash("sha256");
  /** The caller's signal, and a block that could not be sent. */
  readonly #stop = new AbortController();
  readonly #onAbort = (): void => this.#stop.abort(this.#order.signal?.reason);
  #text: TextCheck | undefined;

  constructor(source: Source, order: Order, backend: Backend) {
    this.#order = order;
    this.#backend = backend;
    this.#blocks = new Blocks(source, { maxBytes: order.maxBytes, signal: this.#stop.signal });
    order.signal?.addEventListener("abort", this.#onAbort, { once: true });
    if (order.signal?.aborted === true) this.#onAbort();
  }

  leave(): void {
    this.#order.signal?.removeEventListener("abort", this.#onAbort);
  }

  async run(): Promise<Received> {
    const first = await this.#blocks.next();
    const type = await detectType(first, this.#order.types);
    if (type.isText) this.#text = new TextCheck();
    return this.#blocks.isAtEnd ? await this.#keepSmall(first, type) : await this.#keepLarge(first, type);
  }

  async #keepSmall(block: Buffer, type: DetectedType): Promise<Received> {
    this.#inspect(block);
    return await this.#settle(type, (place) => this.#backend.write(place, block, this.#stop.signal));
  }

  async #keepLarge(first: Buffer, type: DetectedType): Promise<Received> {
    const upload = await this.#backend.begin(this.#stop.signal);
    try {
      await this.#sendAll(first, upload);
      const received = await this.#settle(type, (place) => upload.finish(place));
      if (received.existed) await upload.abort();
      return received;
    } catch (error) {
      await upload.abort();
      throw error;
    }
  }

  async #sendAll(first: Buffer, upload: Upload): Promise<void> {
    const sending = new Set<Promise<void>>();
    const send = (block: Buffer): void => {
      this.#inspect(block);
      const sent = upload.send(block).then(
        () => this.#blocks.release(block),
        (error: unknown) => this.#stop.abort(error),
      );
      sending.add(sent);
      void sent.then(() => sending.delete(sent));
    };
    try {
      send(first);
      while (!this.#blocks.isAtEnd) {
        if (sending.size >= inFlight) await Promise.race(sending);
        const block = await this.#blocks.next();
        if (block.length > 0) send(block);
      }
    } finally {
      // Also after a failure: what still arrives after an abort would stay.
      await Promise.all(sending);
    }
    this.#stop.signal.throwIfAborted();
  }

  #inspect(block: Buffer): void {
    this.#hash.update(block);
    const isStillText = this.#text?.holds(block) !== false;
    if (!isStillText) throw typeError("application/octet-stream", this.#order.types);
  }

  /** Keeps it under the name that its bytes give it, unless it is there. */
  async #settle(type: DetectedType, keep: (place: Place) => Promise<string>): Promise<Received> {
    if (this.#text?.ends() === false) throw typeError("application/octet-stream", this.#order.types);
    const digest = this.#hash.digest("hex");
    const key = `${this.#order.folder}/${digest}.${type.extension}`;
    const headers = headersOf(type);
    const { bytes } = this.#blocks;
    const found = await this.#backend.head(key, this.#stop.signal);
    const existed = found?.bytes === bytes;
    const etag = existed ? found.etag : await keep({ key, headers });
    return { key, bytes, contentType: headers.contentType, etag, digest, existed };
  }
}
