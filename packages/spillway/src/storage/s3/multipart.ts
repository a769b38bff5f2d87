// The steps of an upload in parts.

import type { Place } from "../backend.ts";
import type { S3Calls } from "./calls.ts";
import { metadataOf } from "./metadata.ts";

export interface Part {
  PartNumber: number;
  ETag: string | undefined;
}

/** Resolves to its id. */
export async function createMultipart(
  s3: S3Calls,
  { key, headers }: Place,
  signal: AbortSignal | undefined,
): Promise<string> {
  const input = { Bucket: s3.bucket, Key: key, ...metadataOf(headers) };
  const { UploadId } = await s3.call({ action: "s3:PutObject", signal }, ({ client, sdk }, abortSignal) =>
    client.send(new sdk.CreateMultipartUploadCommand(input), { abortSignal }),
  );
  return UploadId ?? "";
}

export interface SentPart {
  key: string;
  uploadId: string;
  number: number;
  block: Uint8Array;
  signal: AbortSignal | undefined;
}

export async function sendPart(s3: S3Calls, part: SentPart): Promise<Part> {
  const { key, uploadId, number, block, signal } = part;
  const input = { Bucket: s3.bucket, Key: key, UploadId: uploadId, PartNumber: number, Body: block };
  const { ETag } = await s3.call(
    { action: "s3:PutObject", bytes: block.length, signal },
    ({ client, sdk }, abortSignal) => client.send(new sdk.UploadPartCommand(input), { abortSignal }),
  );
  return { PartNumber: number, ETag };
}

export interface Completion {
  key: string;
  uploadId: string;
  /** In any order. */
  parts: readonly Part[];
  bytes: number;
  signal: AbortSignal | undefined;
}

/** Resolves to the ETag. */
export async function completeMultipart(s3: S3Calls, completion: Completion): Promise<string> {
  const { key, uploadId, parts, bytes, signal } = completion;
  const Parts = parts.toSorted((a, b) => a.PartNumber - b.PartNumber);
  const input = { Bucket: s3.bucket, Key: key, UploadId: uploadId, MultipartUpload: { Parts } };
  const { ETag } = await s3.call({ action: "s3:PutObject", bytes, signal }, ({ client, sdk }, abortSignal) =>
    client.send(new sdk.CompleteMultipartUploadCommand(input), { abortSignal }),
  );
  return ETag ?? "";
}

/** Never rejects: what it is called for has failed already. A rule of the bucket removes what is left. */
export async function abortMultipart(s3: S3Calls, key: string, uploadId: string): Promise<void> {
  const input = { Bucket: s3.bucket, Key: key, UploadId: uploadId };
  await s3
    .call({ action: "s3:AbortMultipartUpload" }, ({ client, sdk }, abortSignal) =>
      client.send(new sdk.AbortMultipartUploadCommand(input), { abortSignal }),
    )
    .catch(() => undefined);
}
