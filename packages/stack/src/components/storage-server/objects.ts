// s3rver's store, with objects that are never seen half written. One process holds the folder, and whatever
// must be seen together happens in one turn of its event loop: the moves of a write, the looks of a read.

import {
  createReadStream,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import type { Readable } from "node:stream";
import type { Metadata, S3Location, S3Range } from "@20minutes/s3rver";
import S3Object from "@20minutes/s3rver/lib/models/object.js";
import FilesystemStore from "@20minutes/s3rver/lib/stores/filesystem.js";
import { type Incoming, discard, receive, sweep } from "./incoming.ts";
import { digestOf, isAbsence, metadataText, textOf } from "./metadata.ts";

/** A range, or how to tell it from the object's size. */
export type AskedRange = S3Range | ((size: number) => S3Range);

// No `#private` members: a request may hold an object that only inherits from the store.
export class ObjectStore extends FilesystemStore {
  /** Removes what was half written when the last process ended. */
  async sweep(): Promise<void> {
    for (const { name } of await this.listBuckets()) sweep(this.incomingFolder(name));
  }

  override async putObject(object: S3Object): Promise<Incoming> {
    const { bucket, key, content, metadata } = object;
    const incoming = await receive(this.incomingFolder(bucket), content!);
    this.place({ bucket, key }, incoming, metadata);
    return incoming;
  }

  /** The parameters are s3rver's. */
  // oxlint-disable-next-line max-params
  override async copyObject(
    fromBucket: string,
    fromKey: string,
    bucket: string,
    key: string,
    replacement: Metadata | null,
  ): Promise<Metadata> {
    const metadata = replacement ?? this.stored({ bucket: fromBucket, key: fromKey });
    // Opened in this turn too: what is copied is one object, whatever replaces it meanwhile.
    const content = this.open({ bucket: fromBucket, key: fromKey });
    const incoming = await receive(this.incomingFolder(bucket), content);
    this.place({ bucket, key }, incoming, metadata);
    return this.describe({ bucket, key });
  }

  override async getMetadata(bucket: string, key: string): Promise<Metadata> {
    return this.describe({ bucket, key });
  }

  override async getObject(bucket: string, key: string, asked?: AskedRange): Promise<S3Object | null> {
    try {
      const metadata = this.describe({ bucket, key });
      const size = Number(metadata["content-length"]);
      const { start, end } = (typeof asked === "function" ? asked(size) : asked) ?? {};
      const last = Math.max(0, size - 1);
      const range = { start: start || 0, end: Math.min(end ? Number(end) : Infinity, last) };
      const content = range.end < range.start ? null : this.open({ bucket, key }, range);
      const object = new S3Object(bucket, key, content, metadata);
      if (start !== undefined || end) object.range = range;
      return object;
    } catch (error) {
      if (isAbsence(error)) return null;
      throw error;
    }
  }

  override async deleteObject(bucket: string, key: string): Promise<void> {
    for (const resource of ["object", "object.md5", "metadata.json"])
      rmSync(this.getResourcePath(bucket, key, resource), { force: true });
    const top = this.getBucketPath(bucket);
    let folder = dirname(this.getResourcePath(bucket, key, "object"));
    while (folder.length > top.length && removedEmpty(folder)) folder = dirname(folder);
  }

  protected incomingFolder(bucket: string): string {
    return this.getResourcePath(bucket, undefined, "incoming");
  }

  protected place({ bucket, key }: S3Location, incoming: Incoming, metadata: Metadata): void {
    const object = this.getResourcePath(bucket, key, "object");
    try {
      writeFileSync(incoming.metadataPath, metadataText(metadata));
      writeFileSync(incoming.md5Path, incoming.md5);
      mkdirSync(dirname(object), { recursive: true });
      // An end of the process between two of these leaves a digest out, never a wrong one.
      rmSync(`${object}.md5`, { force: true });
      renameSync(incoming.metadataPath, this.getResourcePath(bucket, key, "metadata.json"));
      renameSync(incoming.path, object);
      renameSync(incoming.md5Path, `${object}.md5`);
    } catch (error) {
      discard(incoming);
      throw error;
    }
  }

  protected open({ bucket, key }: S3Location, range: { start?: number; end?: number } = {}): Readable {
    const path = this.getResourcePath(bucket, key, "object");
    return createReadStream(path, { ...range, fd: openSync(path, "r") });
  }

  /** Throws for an object that is not there. */
  protected describe(location: S3Location): Metadata {
    const path = this.getResourcePath(location.bucket, location.key, "object");
    const { mtime, size } = statSync(path);
    return {
      ...this.stored(location),
      etag: JSON.stringify(textOf(`${path}.md5`) ?? digestOf(path)),
      "last-modified": mtime.toUTCString(),
      "content-length": size,
    };
  }

  protected stored({ bucket, key }: S3Location): Metadata {
    return JSON.parse(textOf(this.getResourcePath(bucket, key, "metadata.json")) ?? "{}") as Metadata;
  }
}

/** Whether the folder was empty, and is gone. */
function removedEmpty(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch {
    return false;
  }
}
