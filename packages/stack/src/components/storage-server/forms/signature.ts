// Who gave out a form: the signature over its policy.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html

import { createHmac } from "node:crypto";
import S3Error from "@20minutes/s3rver/lib/models/error.js";
import { isEqual } from "../door.ts";
import type { Fields } from "./form.ts";
import { invalidField, missingField } from "./refusals.ts";

export interface KeyPair {
  accessKeyId: string;
  secretAccessKey: string;
}

const algorithm = "AWS4-HMAC-SHA256";

/** Throws for a form that is not signed by the holder of these keys. */
export function checkSignature(fields: Fields, keys: KeyPair): void {
  const policy = fields.get("policy");
  if (policy === undefined) throw new S3Error("AccessDenied", "Access Denied");
  if (needed(fields, "X-Amz-Algorithm") !== algorithm)
    throw invalidField("X-Amz-Algorithm", `X-Amz-Algorithm only supports "${algorithm}"`);
  const scope = scopeOf(needed(fields, "X-Amz-Credential"), needed(fields, "X-Amz-Date"));
  const shown = needed(fields, "X-Amz-Signature");
  if (scope.accessKeyId !== keys.accessKeyId)
    throw new S3Error(
      "InvalidAccessKeyId",
      "The AWS Access Key Id you provided does not exist in our records.",
      { AWSAccessKeyId: scope.accessKeyId },
    );
  const signature = hmac(signingKey(keys.secretAccessKey, scope), policy).toString("hex");
  if (!isEqual(shown, signature))
    throw new S3Error(
      "SignatureDoesNotMatch",
      "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
      { AWSAccessKeyId: scope.accessKeyId },
    );
}

interface Scope {
  accessKeyId: string;
  day: string;
  region: string;
}

function scopeOf(credential: string, date: string): Scope {
  const match = /^([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request$/.exec(credential);
  if (match === null)
    throw invalidField(
      "X-Amz-Credential",
      "X-Amz-Credential must be <access key>/<yyyyMMdd>/<region>/s3/aws4_request.",
    );
  const [, accessKeyId = "", day = "", region = ""] = match;
  if (!/^\d{8}T\d{6}Z$/.test(date) || !date.startsWith(day))
    throw invalidField(
      "X-Amz-Date",
      "X-Amz-Date must be yyyyMMdd'T'HHmmss'Z', of the day of X-Amz-Credential.",
    );
  return { accessKeyId, day, region };
}

function signingKey(secret: string, { day, region }: Scope): Buffer {
  return [day, region, "s3", "aws4_request"].reduce(hmac, Buffer.from(`AWS4${secret}`));
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

function needed(fields: Fields, name: string): string {
  const value = fields.get(name.toLowerCase());
  if (value === undefined) throw missingField(name);
  return value;
}
