// The AWS SDK as the store has it: it is an app's dependency, not the stack's. This is the part that is called.

import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

interface S3Answer {
  $metadata?: { httpStatusCode: number };
  Body?: { transformToString(): Promise<string>; transformToByteArray(): Promise<Uint8Array> };
  Contents?: { Key: string }[];
  ContentLength?: number;
  ContentType?: string;
  ETag?: string;
  UploadId?: string;
}

export interface S3Client {
  send(command: object): Promise<S3Answer>;
  destroy(): void;
}

type Command = new (input: object) => object;

interface Sdk {
  S3Client: new (options: object) => S3Client;
  NoSuchKey: new (...values: never[]) => Error;
  paginateListObjectsV2(options: object, input: object): AsyncIterable<S3Answer>;
  AbortMultipartUploadCommand: Command;
  CompleteMultipartUploadCommand: Command;
  CopyObjectCommand: Command;
  CreateBucketCommand: Command;
  CreateMultipartUploadCommand: Command;
  DeleteObjectCommand: Command;
  DeleteObjectsCommand: Command;
  GetObjectCommand: Command;
  HeadObjectCommand: Command;
  ListObjectsV2Command: Command;
  PutObjectCommand: Command;
  UploadPartCommand: Command;
}

const store = fileURLToPath(new URL("../../../../examples/store/package.json", import.meta.url));

export const sdk: Sdk = createRequire(store)("@aws-sdk/client-s3") as Sdk;
