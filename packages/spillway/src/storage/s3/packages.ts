// The packages of the AWS SDK, loaded at the first use: an app without S3 need not have them.

import { SpillwayError } from "../../errors.ts";

export type S3Package = typeof import("@aws-sdk/client-s3");

export function loadS3(): Promise<S3Package> {
  return loaded("@aws-sdk/client-s3", () => import("@aws-sdk/client-s3"));
}

export function loadPost(): Promise<typeof import("@aws-sdk/s3-presigned-post")> {
  return loaded("@aws-sdk/s3-presigned-post", () => import("@aws-sdk/s3-presigned-post"));
}

async function loaded<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    throw new SpillwayError("SPILLWAY_STORAGE_PACKAGE", { package: name }, { cause });
  }
}
