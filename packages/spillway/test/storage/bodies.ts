// Bodies for the tests of storage, and sources that misbehave.

import { createHash } from "node:crypto";
import { inspect } from "node:util";

/** The beginning of a PNG, which is all that says what it is. */
export const png: Buffer<ArrayBuffer> = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

/** A picture of so many bytes, other than those of another seed. */
export function picture(bytes: number, seed = 0): Buffer<ArrayBuffer> {
  const body = Buffer.alloc(bytes, seed);
  png.copy(body);
  return body;
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

export interface Watched {
  body: ReadableStream<Uint8Array>;
  /** What it was closed with, if it was. */
  closed: unknown[];
}

/** Gives `bytes` in chunks, then does what `end` says. */
export function watched(bytes: Uint8Array, end: "close" | "fail" | "stall"): Watched {
  const closed: unknown[] = [];
  let sent = 0;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const chunk = bytes.subarray(sent, (sent += 100_000));
        if (chunk.length > 0) return controller.enqueue(chunk);
        if (end === "close") return controller.close();
        if (end === "fail") throw new Error("the sender hung up");
        return new Promise(() => undefined);
      },
      cancel: (reason) => void closed.push(reason),
    },
    { highWaterMark: 0 },
  );
  return { body, closed };
}

export async function bytesOf(body: ReadableStream<Uint8Array>): Promise<Buffer> {
  return Buffer.from(await new Response(body).arrayBuffer());
}

/** The code of the error that `work` rejects with. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  return await work.then(
    () => "no error",
    (error: { code?: string }) => error.code ?? inspect(error),
  );
}
