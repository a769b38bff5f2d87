/** Pictures in object storage, as HTTP answers. */
import { GetObjectCommand, HeadObjectCommand, S3ServiceException } from "@aws-sdk/client-s3";
import { once } from "../once.ts";
import { createStorage } from "./client.ts";
import { imageKey } from "./image-key.ts";

const storage = once("storage", createStorage);

/** What the route needs to know of a stored picture. */
interface StoredImage {
  body: ReadableStream | null;
  contentType: string;
  etag: string | undefined;
}

export interface ImageRequest {
  id: string;
  method: "GET" | "HEAD";
  /** The `If-None-Match` of the client; storage compares it. */
  ifNoneMatch: string | null;
  signal: AbortSignal;
}

/** The picture, or why there is none to send. */
type ImageResult = StoredImage | "missing" | "unchanged";

function bucket(): string {
  const name = process.env["S3_BUCKET"];
  if (!name) throw new Error("S3_BUCKET is not set. Name the bucket with the pictures.");
  return name;
}

async function fetchImage({ id, method, ifNoneMatch, signal }: ImageRequest): Promise<StoredImage> {
  const input = {
    Bucket: bucket(),
    Key: imageKey(id),
    ...(ifNoneMatch ? { IfNoneMatch: ifNoneMatch } : {}),
  };
  const options = { abortSignal: signal };
  const object =
    method === "HEAD"
      ? await storage().send(new HeadObjectCommand(input), options)
      : await storage().send(new GetObjectCommand(input), options);
  return {
    body: "Body" in object && object.Body ? object.Body.transformToWebStream() : null,
    contentType: object.ContentType ?? "application/octet-stream",
    etag: object.ETag,
  };
}

export async function readImage(request: ImageRequest): Promise<ImageResult> {
  try {
    return await fetchImage(request);
  } catch (error) {
    const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
    if (status === 304) return "unchanged";
    if (status === 404) return "missing";
    throw error;
  }
}
