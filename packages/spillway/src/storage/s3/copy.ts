// A copy within the bucket, made by S3 itself.

import type { CopyObjectCommandInput } from "@aws-sdk/client-s3";
import type { Place } from "../backend.ts";
import { pathOf } from "../keys.ts";
import type { S3Calls } from "./calls.ts";
import { metadataOf } from "./metadata.ts";
import { abortMultipart, completeMultipart, createMultipart, type Part } from "./multipart.ts";

/** S3 copies no more at once (API reference, CopyObject); copied in parts, it also answers sooner. */
const mostAtOnce = 2 ** 30;

export interface Copy {
  from: string;
  to: Place;
  bytes: number;
  signal: AbortSignal | undefined;
}

/** Resolves to the ETag of the copy. */
export async function copyObject(s3: S3Calls, copy: Copy, partBytes: number = mostAtOnce): Promise<string> {
  return copy.bytes <= partBytes ? await copyWhole(s3, copy) : await copyInParts(s3, copy, partBytes);
}

async function copyWhole(s3: S3Calls, { from, to, bytes, signal }: Copy): Promise<string> {
  const input = {
    Bucket: s3.bucket,
    Key: to.key,
    CopySource: `${s3.bucket}/${pathOf(from)}`,
    MetadataDirective: "REPLACE",
    ...metadataOf(to.headers),
  } satisfies CopyObjectCommandInput;
  const { CopyObjectResult } = await s3.call(
    { action: "s3:PutObject", bytes, signal },
    ({ client, sdk }, abortSignal) => client.send(new sdk.CopyObjectCommand(input), { abortSignal }),
  );
  return CopyObjectResult?.ETag ?? "";
}

async function copyInParts(s3: S3Calls, copy: Copy, partBytes: number): Promise<string> {
  const { to, bytes, signal } = copy;
  const uploadId = await createMultipart(s3, to, signal);
  try {
    const parts: Part[] = [];
    for (let first = 0; first < bytes; first += partBytes)
      parts.push(await copyPart(s3, copy, { uploadId, number: parts.length + 1, first, partBytes }));
    return await completeMultipart(s3, { key: to.key, uploadId, parts, bytes, signal });
  } catch (error) {
    await abortMultipart(s3, to.key, uploadId);
    throw error;
  }
}

interface CopiedPart {
  uploadId: string;
  number: number;
  first: number;
  partBytes: number;
}

async function copyPart(s3: S3Calls, { from, to, bytes, signal }: Copy, part: CopiedPart): Promise<Part> {
  const last = Math.min(part.first + part.partBytes, bytes) - 1;
  const input = {
    Bucket: s3.bucket,
    Key: to.key,
    UploadId: part.uploadId,
    PartNumber: part.number,
    CopySource: `${s3.bucket}/${pathOf(from)}`,
    CopySourceRange: `bytes=${part.first}-${last}`,
  };
  const { CopyPartResult } = await s3.call(
    { action: "s3:PutObject", bytes: part.partBytes, signal },
    ({ client, sdk }, abortSignal) => client.send(new sdk.UploadPartCopyCommand(input), { abortSignal }),
  );
  return { PartNumber: part.number, ETag: CopyPartResult?.ETag };
}
