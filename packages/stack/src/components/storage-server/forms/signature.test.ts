import S3Error from "@20minutes/s3rver/lib/models/error.js";
import { describe, expect, test } from "vitest";
import { checkPolicy } from "./policy.ts";
import { checkSignature } from "./signature.ts";

// AWS's own example.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-post-example.html
const keys = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
};
const example: Record<string, string> = {
  key: "user/user1/picture.jpg",
  acl: "public-read",
  success_action_redirect: "http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html",
  "content-type": "image/jpeg",
  "x-amz-meta-uuid": "14365123651274",
  "x-amz-meta-tag": "",
  "x-amz-server-side-encryption": "AES256",
  "x-amz-credential": "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request",
  "x-amz-algorithm": "AWS4-HMAC-SHA256",
  "x-amz-date": "20151229T000000Z",
  policy:
    "eyAiZXhwaXJhdGlvbiI6ICIyMDE1LTEyLTMwVDEyOjAwOjAwLjAwMFoiLA0KICAiY29uZGl0aW9ucyI6IFsNCiAgICB7ImJ1Y2tldCI6ICJz" +
    "aWd2NGV4YW1wbGVidWNrZXQifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRrZXkiLCAidXNlci91c2VyMS8iXSwNCiAgICB7ImFjbCI6ICJw" +
    "dWJsaWMtcmVhZCJ9LA0KICAgIHsic3VjY2Vzc19hY3Rpb25fcmVkaXJlY3QiOiAiaHR0cDovL3NpZ3Y0ZXhhbXBsZWJ1Y2tldC5zMy5hbWF6" +
    "b25hd3MuY29tL3N1Y2Nlc3NmdWxfdXBsb2FkLmh0bWwifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRDb250ZW50LVR5cGUiLCAiaW1hZ2Uv" +
    "Il0sDQogICAgeyJ4LWFtei1tZXRhLXV1aWQiOiAiMTQzNjUxMjM2NTEyNzQifSwNCiAgICB7IngtYW16LXNlcnZlci1zaWRlLWVuY3J5cHRp" +
    "b24iOiAiQUVTMjU2In0sDQogICAgWyJzdGFydHMtd2l0aCIsICIkeC1hbXotbWV0YS10YWciLCAiIl0sDQoNCiAgICB7IngtYW16LWNyZWRl" +
    "bnRpYWwiOiAiQUtJQUlPU0ZPRE5ON0VYQU1QTEUvMjAxNTEyMjkvdXMtZWFzdC0xL3MzL2F3czRfcmVxdWVzdCJ9LA0KICAgIHsieC1hbXot" +
    "YWxnb3JpdGhtIjogIkFXUzQtSE1BQy1TSEEyNTYifSwNCiAgICB7IngtYW16LWRhdGUiOiAiMjAxNTEyMjlUMDAwMDAwWiIgfQ0KICBdDQp9",
  "x-amz-signature": "8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e",
};

/** With these fields in place of the example's; `undefined` takes one out. */
function fieldsWith(changes: Record<string, string | undefined> = {}): Map<string, string> {
  const entries = Object.entries({ ...example, ...changes });
  return new Map(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function codeOf(changes: Record<string, string | undefined>, pair = keys): string | undefined {
  try {
    checkSignature(fieldsWith(changes), pair);
    return undefined;
  } catch (error) {
    return (error as S3Error).code;
  }
}

test("AWS's example is signed, and permitted in its time", () => {
  expect(codeOf({})).toBeUndefined();
  const fields = fieldsWith({ bucket: "sigv4examplebucket" });
  const range = checkPolicy(example["policy"]!, fields, Date.UTC(2015, 11, 30));
  expect(range).toEqual({ least: 0, most: Infinity });
});

describe("refused is", () => {
  test.each<[string, Record<string, string | undefined>, string]>([
    ["no policy", { policy: undefined }, "AccessDenied"],
    ["another policy", { policy: `${example["policy"]}=` }, "SignatureDoesNotMatch"],
    [
      "another signature",
      { "x-amz-signature": example["x-amz-signature"]!.replace("8", "9") },
      "SignatureDoesNotMatch",
    ],
    ["a part of the signature", { "x-amz-signature": "8afdbf" }, "SignatureDoesNotMatch"],
    ["an empty signature", { "x-amz-signature": "" }, "SignatureDoesNotMatch"],
    ["no signature", { "x-amz-signature": undefined }, "InvalidArgument"],
    ["no algorithm", { "x-amz-algorithm": undefined }, "InvalidArgument"],
    ["another algorithm", { "x-amz-algorithm": "AWS4-HMAC-SHA1" }, "InvalidArgument"],
    ["no credential", { "x-amz-credential": undefined }, "InvalidArgument"],
    [
      "another's key",
      { "x-amz-credential": "OTHER/20151229/us-east-1/s3/aws4_request" },
      "InvalidAccessKeyId",
    ],
    [
      "another region",
      { "x-amz-credential": "AKIAIOSFODNN7EXAMPLE/20151229/eu-west-1/s3/aws4_request" },
      "SignatureDoesNotMatch",
    ],
    [
      "another service",
      { "x-amz-credential": "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/sqs/aws4_request" },
      "InvalidArgument",
    ],
    ["no date", { "x-amz-date": undefined }, "InvalidArgument"],
    ["a date of another day", { "x-amz-date": "20151230T000000Z" }, "InvalidArgument"],
  ])("%s", (_what, changes, code) => {
    expect(codeOf(changes)).toBe(code);
  });

  test("the signature of another secret", () => {
    expect(codeOf({}, { ...keys, secretAccessKey: "another" })).toBe("SignatureDoesNotMatch");
  });
});
