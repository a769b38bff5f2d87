// What S3 and its SDK say when something fails, in errors that a user can act on.

import { SpillwayError } from "../../errors.ts";
import { reasonOf } from "../../warnings.ts";
import { Late } from "../bounded.ts";

export interface FailedCall {
  /** As in an access policy: `s3:PutObject`. */
  action: string;
  bucket: string;
  /** The host that was asked. */
  server: string;
}

const credentials: Readonly<Record<string, string>> = {
  CredentialsProviderError: "none were found",
  InvalidAccessKeyId: "the access key is not known there",
  SignatureDoesNotMatch: "the secret is not that of the access key",
  ExpiredToken: "they have expired",
  InvalidToken: "the session token is not valid",
  TokenRefreshRequired: "they have expired",
  RequestTimeTooSkewed: "the clock of this machine is wrong",
};

const network: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "TimeoutError",
]);

interface SdkError {
  name?: string;
  Code?: string;
  code?: string;
  $metadata?: { httpStatusCode?: number };
}

/** The coded error for what a call threw. An error of ours, or of the caller's signal, is left as it is. */
export function failureOf(error: unknown, call: FailedCall): unknown {
  if (error instanceof SpillwayError) return error;
  const { name = "", Code = "", code = "", $metadata } = (error ?? {}) as SdkError;
  const named = [Code, name, code].find((one) => one in credentials);
  // Without its cause: it shows the request that was signed, with its session token.
  if (named !== undefined)
    return new SpillwayError("SPILLWAY_STORAGE_CREDENTIALS", {
      server: call.server,
      problem: credentials[named]!,
    });
  const status = $metadata?.httpStatusCode ?? 0;
  if (Code === "NoSuchBucket" || name === "NoSuchBucket")
    return new SpillwayError("SPILLWAY_STORAGE_BUCKET", { bucket: call.bucket, server: call.server });
  if (status === 401 || status === 403)
    return new SpillwayError("SPILLWAY_STORAGE_DENIED", { action: call.action, bucket: call.bucket });
  if (isAway(error, status, [code, name]))
    return new SpillwayError(
      "SPILLWAY_STORAGE_UNREACHABLE",
      { server: call.server, problem: awayReason(error, status) },
      { cause: error },
    );
  const problem = `${Code || name || reasonOf(error)}${status === 0 ? "" : `, status ${status}`}`;
  return new SpillwayError("SPILLWAY_STORAGE_REFUSED", { action: call.action, problem }, { cause: error });
}

export function statusOf(error: unknown): number | undefined {
  return (error as SdkError | undefined)?.$metadata?.httpStatusCode;
}

function isAway(error: unknown, status: number, names: readonly string[]): boolean {
  return error instanceof Late || status >= 500 || status === 429 || names.some((name) => network.has(name));
}

/** Node joins the failures of several addresses into one error without a message. */
function awayReason(error: unknown, status: number): string {
  if (status !== 0) return `it answers with status ${status}`;
  return reasonOf(error) || (error as SdkError).code || "no connection";
}
