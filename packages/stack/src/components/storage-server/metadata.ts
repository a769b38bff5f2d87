// What is kept of an object beside its bytes.

import { createHash } from "node:crypto";
import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import type { Metadata } from "@20minutes/s3rver";
import S3Object from "@20minutes/s3rver/lib/models/object.js";

/** Whether an object is answered with the header of this name that came with it. */
export function isKept(name: string): boolean {
  return S3Object.ALLOWED_METADATA.includes(name) || name.startsWith("x-amz-meta-");
}

/** Of the headers that came with an object, those it is answered with, as text for a file. */
export function metadataText(headers: Metadata): string {
  const kept = Object.entries(headers).filter(([name]) => isKept(name));
  return JSON.stringify(Object.fromEntries(kept), null, 2);
}

/** The text of a file, or undefined when there is none. */
export function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

/** The digest of a file that lost its own, read in one turn so that nothing replaces the file meanwhile. */
export function digestOf(path: string): string {
  const hash = createHash("md5");
  const chunk = Buffer.alloc(1024 * 1024);
  const file = openSync(path, "r");
  try {
    for (let length = readSync(file, chunk); length > 0; length = readSync(file, chunk))
      hash.update(chunk.subarray(0, length));
  } finally {
    closeSync(file);
  }
  return hash.digest("hex");
}

export function isAbsence(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
