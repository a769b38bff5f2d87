// The bytes of an object, read as fast as they are wanted. Nothing is kept of them, and a reader that leaves ends it.

import type { Readable } from "node:stream";
import { bounded } from "./bounded.ts";

export interface OutputOptions {
  /** How long the next bytes may take once they are wanted. A slow reader is no reason to end. */
  idleMs: number;
  signal?: AbortSignal | undefined;
  /** Ends whatever sends them. */
  end: () => void;
  /** What the reader is told of a failure. */
  failure: (error: unknown) => unknown;
}

export function outputOf(readable: Readable, options: OutputOptions): ReadableStream<Uint8Array> {
  const { idleMs: ms, signal, end, failure } = options;
  const chunks = readable[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  // It may fail while nobody reads.
  readable.on("error", () => undefined);
  const close = (): void => {
    signal?.removeEventListener("abort", close);
    readable.destroy();
    end();
  };
  signal?.addEventListener("abort", close, { once: true });
  const pull = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
    try {
      const { done, value } = await bounded({ ms, signal }, () => chunks.next());
      if (done !== true) return controller.enqueue(value);
      signal?.removeEventListener("abort", close);
      controller.close();
    } catch (error) {
      close();
      throw failure(error);
    }
  };
  return new ReadableStream({ pull, cancel: close }, { highWaterMark: 0 });
}
