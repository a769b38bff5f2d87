/** Object storage. The SDK itself reads `AWS_ENDPOINT_URL_S3` and the `AWS_*` credentials. */
import { S3Client } from "@aws-sdk/client-s3";

/**
 * Path style, as the bucket of a local or self-hosted S3 has no host name of its own.
 * The timeouts bound what a page waits for a picture when storage hangs.
 */
export function createStorage(): S3Client {
  return new S3Client({
    region: process.env["AWS_REGION"] ?? "us-east-1",
    forcePathStyle: true,
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 2_000, requestTimeout: 10_000 },
  });
}
