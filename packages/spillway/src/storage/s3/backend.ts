// Objects in a bucket of S3, or of any server that speaks as it does.

import type { GetObjectCommandOutput, HeadObjectCommandOutput } from "@aws-sdk/client-s3";
import type { Readable } from "node:stream";
import { SpillwayError } from "../../errors.ts";
import type { Backend, ObjectInfo, Place, Presigned, PresignOrder } from "../backend.ts";
import type { ReadObject, ReadOptions, Upload } from "../backend.ts";
import { rangeHeader } from "../http/ranges.ts";
import { uploadsFolder } from "../keys.ts";
import { outputOf } from "../output.ts";
import type { S3Calls } from "./calls.ts";
import { statusOf } from "./failure.ts";
import { metadataOf } from "./metadata.ts";
import { presignPost } from "./presign.ts";
import { beginUpload } from "./upload.ts";

export class S3Backend implements Backend {
  readonly #s3: S3Calls;
  readonly #prefix: string;
  /** The answer to HEAD does not tell a missing object from a missing bucket. */
  #isBucketKnown = false;

  constructor(s3: S3Calls, prefix: string) {
    this.#s3 = s3;
    this.#prefix = prefix;
  }

  async head(key: string, signal?: AbortSignal): Promise<ObjectInfo | undefined> {
    const input = { Bucket: this.#s3.bucket, Key: key };
    const found = await this.#s3
      .call({ action: "s3:GetObject", signal }, ({ client, sdk }, abortSignal) =>
        client.send(new sdk.HeadObjectCommand(input), { abortSignal }).catch(notFound),
      )
      .catch((error: unknown) => this.#explain(error, key, signal));
    if (found === undefined) await this.#requireBucket(signal);
    return found && infoOf(found, found.ContentLength ?? 0);
  }

  async read(key: string, { range, signal }: ReadOptions = {}): Promise<ReadObject | undefined> {
    const input = {
      Bucket: this.#s3.bucket,
      Key: key,
      ...(range === undefined ? {} : { Range: rangeHeader(range) }),
    };
    const life = new AbortController();
    const end = (): void => life.abort();
    try {
      const found = await this.#s3.call({ action: "s3:GetObject", signal }, ({ client, sdk }) =>
        client.send(new sdk.GetObjectCommand(input), { abortSignal: life.signal }).catch(notFound),
      );
      return found && this.#opened(found, { end, signal });
    } catch (error) {
      end();
      if (range !== undefined && isOutOfRange(error)) throw await this.#rangeError(key, signal);
      throw error;
    }
  }

  async write({ key, headers }: Place, bytes: Uint8Array, signal?: AbortSignal): Promise<string> {
    const input = { Bucket: this.#s3.bucket, Key: key, Body: bytes, ...metadataOf(headers) };
    const { ETag } = await this.#s3.call(
      { action: "s3:PutObject", bytes: bytes.length, signal },
      ({ client, sdk }, abortSignal) => client.send(new sdk.PutObjectCommand(input), { abortSignal }),
    );
    return ETag ?? "";
  }

  begin(signal?: AbortSignal): Promise<Upload> {
    const folder = `${this.#prefix}${uploadsFolder}/`;
    return beginUpload(this.#s3, { folder, signal, remove: (key) => this.remove(key) });
  }

  async remove(key: string, signal?: AbortSignal): Promise<void> {
    const input = { Bucket: this.#s3.bucket, Key: key };
    await this.#s3.call({ action: "s3:DeleteObject", signal }, ({ client, sdk }, abortSignal) =>
      client.send(new sdk.DeleteObjectCommand(input), { abortSignal }),
    );
  }

  presign(order: PresignOrder): Promise<Presigned> {
    return presignPost(this.#s3, order);
  }

  async check(signal?: AbortSignal): Promise<void> {
    // A listing, as the answer to HEAD could not say what is wrong.
    const input = { Bucket: this.#s3.bucket, Prefix: this.#prefix, MaxKeys: 1 };
    await this.#s3.call({ action: "s3:ListBucket", signal }, ({ client, sdk }, abortSignal) =>
      client.send(new sdk.ListObjectsV2Command(input), { abortSignal }),
    );
    this.#isBucketKnown = true;
  }

  close(): Promise<void> {
    return this.#s3.close();
  }

  #opened(
    found: GetObjectCommandOutput,
    { end, signal }: { end: () => void; signal: AbortSignal | undefined },
  ): ReadObject {
    const body = outputOf(found.Body as Readable, {
      idleMs: this.#s3.timeoutMs,
      signal,
      end,
      failure: (error) => this.#s3.failure("s3:GetObject", error, signal),
    });
    const { ContentRange: contentRange } = found;
    const whole = contentRange === undefined ? undefined : Number(contentRange.split("/")[1]);
    return { ...infoOf(found, whole ?? found.ContentLength ?? 0), body, contentRange };
  }

  /** An answer to HEAD has no body, so it cannot say why it refuses: GET is asked for a byte. */
  async #explain(error: unknown, key: string, signal: AbortSignal | undefined): Promise<never> {
    if (error instanceof SpillwayError && error.code === "SPILLWAY_STORAGE_DENIED")
      await (await this.read(key, { range: { first: 0, last: 0 }, signal }))?.body.cancel();
    throw error;
  }

  async #requireBucket(signal: AbortSignal | undefined): Promise<void> {
    if (this.#isBucketKnown) return;
    // Asked for an object that is not there, GET says so of its bucket.
    const missing = `${this.#prefix}${uploadsFolder}/none`;
    await (await this.read(missing, { signal }))?.body.cancel();
    this.#isBucketKnown = true;
  }

  async #rangeError(key: string, signal: AbortSignal | undefined): Promise<SpillwayError> {
    const bytes = (await this.head(key, signal))?.bytes ?? 0;
    return new SpillwayError("SPILLWAY_STORAGE_RANGE", { key, bytes });
  }
}

function infoOf(found: HeadObjectCommandOutput | GetObjectCommandOutput, bytes: number): ObjectInfo {
  return {
    bytes,
    contentType: found.ContentType ?? "application/octet-stream",
    cacheControl: found.CacheControl,
    etag: found.ETag ?? "",
    lastModified: found.LastModified ?? new Date(0),
  };
}

function notFound(error: unknown): undefined {
  if (statusOf(error) === 404 && !isMissingBucket(error)) return undefined;
  throw error;
}

function isMissingBucket(error: unknown): boolean {
  const { name, Code } = error as { name?: string; Code?: string };
  return name === "NoSuchBucket" || Code === "NoSuchBucket";
}

function isOutOfRange(error: unknown): boolean {
  if (!(error instanceof SpillwayError)) return false;
  return statusOf(error.cause) === 416;
}
