// Files on their way in. Each is written beside the others under a name that no reader looks for, and takes
// its place by one rename once it is whole: whoever reads sees what was there before, or all of the new.

import { createHash, randomUUID } from "node:crypto";
import { createWriteStream, mkdirSync, openSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";

const suffix = ".incoming";

/** What a body comes as: in one piece, or bit by bit. */
export type Content = Buffer | Readable;

/** A file that is whole and waits to be moved to its place. */
export interface Incoming {
  path: string;
  size: number;
  /** In hexadecimal digits. */
  md5: string;
  /** Where its metadata and its digest are put for the same move. */
  metadataPath: string;
  md5Path: string;
}

/** Writes a body into a new file of the folder. When the body breaks off it rejects, and leaves no file. */
export async function receive(folder: string, content: Content): Promise<Incoming> {
  mkdirSync(folder, { recursive: true });
  const name = join(folder, randomUUID());
  const path = name + suffix;
  const hash = createHash("md5");
  let size = 0;
  // A stream and no generator: what s3rver decodes from signed chunks waits to be piped.
  const measured = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      size += chunk.length;
      done(null, chunk);
    },
  });
  // Opened at once, so that no opening under way makes the file again after it was removed.
  const file = createWriteStream(path, { fd: openSync(path, "wx") });
  try {
    await pipeline(Buffer.isBuffer(content) ? Readable.from([content]) : content, measured, file);
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  }
  const [metadataPath, md5Path] = [`${name}.metadata${suffix}`, `${name}.md5${suffix}`];
  return { path, size, md5: hash.digest("hex"), metadataPath, md5Path };
}

export function discard({ path, metadataPath, md5Path }: Incoming): void {
  for (const file of [path, metadataPath, md5Path]) rmSync(file, { force: true });
}

/** Removes what a process left that ended in the middle. Only for one that has not begun to receive. */
export function sweep(folder: string): void {
  let names: string[] = [];
  try {
    names = readdirSync(folder);
  } catch {
    return;
  }
  for (const name of names) if (name.endsWith(suffix)) rmSync(join(folder, name), { force: true });
}
