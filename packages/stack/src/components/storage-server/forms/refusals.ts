// The answers to forms that are refused, with the codes and words of S3.

import S3Error from "@20minutes/s3rver/lib/models/error.js";

export function against(what: string): S3Error {
  return new S3Error("AccessDenied", `Invalid according to Policy: ${what}`);
}

export function invalidPolicy(what: string): S3Error {
  return new S3Error("InvalidPolicyDocument", `Invalid Policy: ${what}`);
}

export function missingField(name: string): S3Error {
  const message = `Bucket POST must contain a field named '${name}'.  If it is specified, please check the order of the fields.`;
  return new S3Error("InvalidArgument", message, { ArgumentName: name, ArgumentValue: "" });
}

export function invalidField(name: string, message: string): S3Error {
  return new S3Error("InvalidArgument", message, { ArgumentName: name });
}

export function malformedForm(): S3Error {
  return new S3Error(
    "MalformedPOSTRequest",
    "The body of your POST request is not well-formed multipart/form-data.",
  );
}

export function tooLarge(most: number): S3Error {
  const message = "Your proposed upload exceeds the maximum allowed size";
  return new S3Error("EntityTooLarge", message, { MaxSizeAllowed: String(most) });
}

export function tooSmall(size: number, least: number): S3Error {
  const message = "Your proposed upload is smaller than the minimum allowed size";
  const detail = { ProposedSize: String(size), MinSizeAllowed: String(least) };
  return new S3Error("EntityTooSmall", message, detail);
}
