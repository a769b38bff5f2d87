// What a body is, by its bytes: neither by its name nor by what its sender says of it.

import { fileTypeFromBuffer } from "file-type";
import { SpillwayError } from "../../errors.ts";
import { markupOf } from "./markup.ts";
import { permits } from "./permit.ts";

export interface DetectedType {
  /** Without parameters. */
  type: string;
  extension: string;
  /** Then all of its bytes have to be text, not only the first. */
  isText: boolean;
}

/** As many bytes tell a format; more would only cost. */
const sampleBytes = 16 * 1024;

const text: DetectedType = { type: "text/plain", extension: "txt", isText: true };
const unknown: DetectedType = { type: "application/octet-stream", extension: "bin", isText: false };
const markup: Readonly<Record<"image/svg+xml" | "text/html", DetectedType>> = {
  "image/svg+xml": { type: "image/svg+xml", extension: "svg", isText: true },
  "text/html": { type: "text/html", extension: "html", isText: true },
};

/** Throws SPILLWAY_STORAGE_TYPE for what `types` does not permit. */
export async function detectType(start: Uint8Array, types: readonly string[]): Promise<DetectedType> {
  const detected = await typeOf(start.subarray(0, sampleBytes), types);
  if (permits(types, detected.type)) return detected;
  throw typeError(detected.type, types);
}

export function typeError(found: string, types: readonly string[]): SpillwayError {
  return new SpillwayError("SPILLWAY_STORAGE_TYPE", { found, expected: types.join(", ") });
}

async function typeOf(sample: Uint8Array, types: readonly string[]): Promise<DetectedType> {
  const signature = await signatureOf(sample);
  if (signature !== undefined) return signature;
  const beginning = textOf(sample);
  if (beginning === undefined) return unknown;
  const found = markupOf(beginning);
  // Not listed, it is text like any other, if text is permitted.
  return found !== undefined && types.includes(found) ? markup[found] : text;
}

async function signatureOf(sample: Uint8Array): Promise<DetectedType | undefined> {
  // A body that breaks off in the middle of what its signature announces is of no known type.
  const found = await fileTypeFromBuffer(sample).catch(() => undefined);
  // What it calls XML or text has no signature, but a beginning that any text can have.
  if (found === undefined || found.mime === "application/xml" || found.mime.startsWith("text/"))
    return undefined;
  return { type: found.mime.split(";", 1)[0]!, extension: found.ext, isText: false };
}

/** Undefined if it is none. */
function textOf(sample: Uint8Array): string | undefined {
  if (sample.includes(0)) return undefined;
  try {
    // The sample may end within a character.
    return new TextDecoder("utf-8", { fatal: true }).decode(sample, { stream: true });
  } catch {
    return undefined;
  }
}
