// What a request that ends early, or asks for an end, does to an upload.

import { Stream } from "node:stream";
import type { KoaContext } from "@20minutes/s3rver";
import S3Error from "@20minutes/s3rver/lib/models/error.js";
import { UploadStore } from "./uploads.ts";

/**
 * A body that s3rver decodes from signed chunks does not learn that its request broke off, and would be waited
 * for without end, the file open.
 */
export function endBodyWithRequest(context: KoaContext, next: () => Promise<void>): Promise<void> {
  const { req, request } = context;
  req.once("close", () => {
    const { body } = request;
    if (!req.complete && body instanceof Stream.Readable) body.destroy(new Error("The request broke off."));
  });
  return next();
}

/**
 * AbortMultipartUpload. s3rver has no such operation and says so once it has checked signature and bucket:
 * then it is done here.
 */
export async function abortUploadAsAsked(context: KoaContext, next: () => Promise<void>): Promise<void> {
  try {
    await next();
  } catch (error) {
    const { method, params, query, state, store } = context;
    const { bucket = "", key = "" } = params;
    const uploadId = query["uploadId"];
    const isRefusal = error instanceof S3Error && error.code === "MethodNotAllowed";
    const isSigned = state["account"] !== undefined;
    if (!isRefusal || !isSigned || method !== "DELETE" || typeof uploadId !== "string") throw error;
    (store as UploadStore).abortUpload({ bucket, key }, uploadId);
    context.status = 204;
  }
}
