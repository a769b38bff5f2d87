// A body in blocks of one size, of which only a few exist: whatever its length, it takes the same memory.

import { SpillwayError } from "../errors.ts";
import type { Source } from "./source.ts";

/** S3 takes parts from 5 MiB, and 10,000 of them. Larger ones would permit larger bodies, for more memory. */
export const blockBytes: number = 5 * 2 ** 20;

const firstBytes = 64 * 1024;

export interface BlockOptions {
  maxBytes: number;
  /** Ends a wait for the source. */
  signal: AbortSignal;
}

export class Blocks {
  readonly #source: Source;
  readonly #options: BlockOptions;
  readonly #free: Buffer[] = [];
  /** Of a chunk, what did not fit the block before. */
  #rest: Uint8Array = new Uint8Array();
  /** All of the body that was read. */
  bytes = 0;
  /** The block that was read last holds the end. */
  isAtEnd = false;

  constructor(source: Source, options: BlockOptions) {
    this.#source = source;
    this.#options = options;
  }

  /** The next block: full, or the last. Throws SPILLWAY_STORAGE_TOO_LARGE, and what the source throws. */
  async next(): Promise<Buffer> {
    let block = this.bytes === 0 ? Buffer.allocUnsafeSlow(firstBytes) : this.#take();
    let filled = 0;
    while (filled < blockBytes) {
      const chunk = await this.#chunk();
      if (chunk === undefined) {
        this.isAtEnd = true;
        break;
      }
      const part = chunk.subarray(0, blockBytes - filled);
      if (filled + part.length > block.length) block = grown(block, filled + part.length);
      block.set(part, filled);
      filled += part.length;
      this.#rest = chunk.subarray(part.length);
    }
    return block.subarray(0, filled);
  }

  /** It was sent, and may be filled anew. Memory that is only let go of is given back late. */
  release(block: Buffer): void {
    if (block.length === blockBytes) this.#free.push(block);
  }

  #take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(blockBytes);
  }

  async #chunk(): Promise<Uint8Array | undefined> {
    if (this.#rest.length > 0) return this.#rest;
    const { signal, maxBytes } = this.#options;
    const chunk = await unlessAborted(this.#source.next(), signal);
    this.bytes += chunk?.length ?? 0;
    if (this.bytes > maxBytes) throw new SpillwayError("SPILLWAY_STORAGE_TOO_LARGE", { maxBytes });
    return chunk;
  }
}

function grown(block: Buffer, bytes: number): Buffer {
  const larger = Buffer.allocUnsafeSlow(Math.min(Math.max(2 * block.length, bytes), blockBytes));
  larger.set(block);
  return larger;
}

/** A source can be silent for ever; whoever waits for it is not. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- whatever the caller aborted with
    onAbort = (): void => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
