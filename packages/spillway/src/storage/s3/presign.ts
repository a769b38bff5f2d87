// Forms with which a browser uploads to S3 itself. S3 keeps what they permit: one key, so many bytes, so long.

import type { Presigned, PresignOrder } from "../backend.ts";
import { unchecked } from "../http/headers.ts";
import type { S3Calls } from "./calls.ts";
import { loadPost } from "./packages.ts";

export async function presignPost(s3: S3Calls, order: PresignOrder): Promise<Presigned> {
  const { key, maxBytes, expiresIn } = order;
  const { createPresignedPost } = await loadPost();
  const fields = {
    "Content-Type": unchecked.contentType,
    "Content-Disposition": unchecked.contentDisposition,
    "Cache-Control": unchecked.cacheControl,
  };
  // Each field becomes a condition as well: the form cannot say otherwise.
  return await s3.call({ action: "s3:PutObject" }, ({ client }) =>
    createPresignedPost(client, {
      Bucket: s3.bucket,
      Key: key,
      Fields: fields,
      Conditions: [["content-length-range", 0, maxBytes]],
      Expires: expiresIn,
    }),
  );
}
