// Who may speak to the storage, and of what. Signatures themselves are checked behind the door.

import { timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { originHeader } from "./contract.ts";

export interface Knock {
  method: string;
  /** Percent-encoded, as it came. */
  path: string;
  headers: IncomingHttpHeaders;
  /** As s3rver has read it: read in any other way, a request could show the two a different face. */
  query: Readonly<Record<string, unknown>>;
  /** A form carries its own permission, which is checked where the form is read. */
  isForm: boolean;
}

export interface Refusal {
  status: 400 | 403;
  code: string;
  message: string;
}

/** Why a request is turned away, or undefined when it may go on. */
export function refusal(knock: Knock, originSecret: string): Refusal | undefined {
  if (!knock.isForm && !isSigned(knock) && !isReadByEdge(knock, originSecret))
    return { status: 403, code: "AccessDenied", message: "Access Denied" };
  if (climbsEncoded(knock.path))
    return { status: 400, code: "InvalidArgument", message: "A key may not contain the path segment `..`." };
  return undefined;
}

/** Exactly what makes s3rver look for a signature and check it; all else it would let pass unsigned. */
function isSigned({ headers, query }: Knock): boolean {
  return "authorization" in headers || "Signature" in query || "X-Amz-Algorithm" in query;
}

function isReadByEdge({ method, headers }: Knock, secret: string): boolean {
  const shown = headers[originHeader];
  return (method === "GET" || method === "HEAD") && typeof shown === "string" && isEqual(shown, secret);
}

/** s3rver makes a file's path of the key, so this would be another bucket's object, or no bucket's. */
export function climbs(key: string): boolean {
  return key.split("/").includes("..");
}

function climbsEncoded(path: string): boolean {
  try {
    return climbs(decodeURIComponent(path));
  } catch {
    return true;
  }
}

/** Takes as long whatever is found, but for its length. */
export function isEqual(found: string, expected: string): boolean {
  const [a, b] = [Buffer.from(found), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
