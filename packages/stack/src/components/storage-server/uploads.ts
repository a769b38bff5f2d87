// Uploads in parts. A part takes its place whole or not at all, and an upload ends by completion or abort.

import { createReadStream, existsSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { Metadata, S3Location } from "@20minutes/s3rver";
import S3Error from "@20minutes/s3rver/lib/models/error.js";
import S3Object, { type S3Content } from "@20minutes/s3rver/lib/models/object.js";
import { type Incoming, discard, receive } from "./incoming.ts";
import { textOf } from "./metadata.ts";
import { ObjectStore } from "./objects.ts";

interface Part {
  number: number;
  etag: string;
}

export class UploadStore extends ObjectStore {
  /** The parameters are s3rver's. */
  // oxlint-disable-next-line max-params
  override async putPart(
    bucket: string,
    uploadId: string,
    partNumber: string,
    content: S3Content,
  ): Promise<Incoming> {
    this.folderOf(bucket, uploadId);
    if (!/^[1-9]\d{0,4}$/.test(partNumber) || Number(partNumber) > 10_000)
      throw new S3Error("InvalidArgument", "Part number must be an integer between 1 and 10000, inclusive");
    const incoming = await receive(this.incomingFolder(bucket), content);
    try {
      // Asked again: the upload may have ended while the part came in.
      const path = join(this.folderOf(bucket, uploadId), partNumber);
      writeFileSync(incoming.md5Path, incoming.md5);
      renameSync(incoming.path, path);
      renameSync(incoming.md5Path, `${path}.md5`);
    } catch (error) {
      discard(incoming);
      throw error;
    }
    return incoming;
  }

  override async putObjectMultipart(
    bucket: string,
    uploadId: string,
    asked: readonly Part[],
  ): Promise<Incoming> {
    const folder = this.folderOf(bucket, uploadId);
    const parts = asked.toSorted((a, b) => a.number - b.number);
    for (const { number, etag } of parts)
      if (textOf(join(folder, `${number}.md5`)) !== etag)
        throw new S3Error("InvalidPart", `Part ${number} was not found, or its entity tag is another.`);
    const key = textOf(join(folder, "key")) ?? "";
    const metadata = JSON.parse(textOf(join(folder, "metadata")) ?? "{}") as Metadata;
    const content = Readable.from(contentOf(folder, parts));
    const stored = await this.putObject(new S3Object(bucket, key, content, metadata));
    rmSync(folder, { recursive: true, force: true });
    return stored;
  }

  /** Ends an upload and removes its parts. Throws `NoSuchUpload` for one that is not under way. */
  abortUpload({ bucket, key }: S3Location, uploadId: string): void {
    const folder = this.folderOf(bucket, uploadId);
    if (textOf(join(folder, "key")) !== key) throw noSuchUpload(uploadId);
    rmSync(folder, { recursive: true, force: true });
  }

  // An id is s3rver's own, of 16 bytes: anything else could name a folder outside.
  protected folderOf(bucket: string, uploadId: string): string {
    const folder = join(this.getResourcePath(bucket, undefined, "uploads"), uploadId);
    if (!/^[0-9a-f]{32}$/.test(uploadId) || !existsSync(join(folder, "key"))) throw noSuchUpload(uploadId);
    return folder;
  }
}

async function* contentOf(folder: string, parts: readonly Part[]): AsyncGenerator<Buffer> {
  for (const { number } of parts) yield* createReadStream(join(folder, String(number)));
}

function noSuchUpload(uploadId: string): S3Error {
  const message = "The specified upload does not exist. It may have been aborted or completed.";
  return new S3Error("NoSuchUpload", message, { UploadId: uploadId });
}
