// Forms of the storage tier as an app signs them, by the AWS SDK, and as a browser fills them in.

import { createHmac } from "node:crypto";
import { createRequire } from "node:module";
import type { S3Client } from "./aws.ts";
import { storageSecrets } from "./storage.ts";

export interface SignedForm {
  url: string;
  fields: Record<string, string>;
}

const library = createRequire(new URL("../../../spillway/package.json", import.meta.url));
const { createPresignedPost } = library("@aws-sdk/s3-presigned-post") as {
  createPresignedPost: (client: S3Client, options: object) => Promise<SignedForm>;
};

/** A form for a file of 4 to 1000 bytes. */
export async function signForm(signer: S3Client, options: object = {}): Promise<SignedForm> {
  const Conditions = [["content-length-range", 4, 1000]];
  const usual = { Bucket: storageSecrets.bucket, Key: "form.txt", Conditions, Expires: 60 };
  return await createPresignedPost(signer, { ...usual, ...options });
}

/** A form of any conditions, which the SDK would add to. It is signed with the keys of the test. */
export function signPolicy(conditions: object[], fields: Record<string, string>): Record<string, string> {
  const day = new Date().toISOString().slice(0, 10).replaceAll("-", "");
  const scope = [day, "us-east-1", "s3", "aws4_request"];
  const own = {
    "x-amz-algorithm": "AWS4-HMAC-SHA256",
    "x-amz-credential": [storageSecrets.accessKeyId, ...scope].join("/"),
    "x-amz-date": `${day}T000000Z`,
  };
  const all = [
    ...conditions,
    ...Object.entries({ ...own, ...fields }).map(([name, value]) => ({ [name]: value })),
  ];
  const text = JSON.stringify({ expiration: "2099-01-01T00:00:00Z", conditions: all });
  const policy = Buffer.from(text).toString("base64");
  const hmac = (key: Buffer, part: string): Buffer => createHmac("sha256", key).update(part).digest();
  const key = scope.reduce(hmac, Buffer.from(`AWS4${storageSecrets.secretAccessKey}`));
  return { ...own, ...fields, policy, "x-amz-signature": hmac(key, policy).toString("hex") };
}

export function formData(
  fields: Record<string, string>,
  file: string | Uint8Array<ArrayBuffer> = "a file",
): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  data.append("file", new Blob([file]), "photo.png");
  return data;
}

export function post(url: string, body: FormData, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, { method: "POST", body, headers });
}
