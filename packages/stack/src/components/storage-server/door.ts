// Who may speak to the storage. Signatures themselves are checked behind the door.

import { timingSafeEqual } from "node:crypto";

export interface Knock {
  method: string;
  url: string;
  authorization: string | undefined;
  origin: string | string[] | undefined;
  secret: string;
}

/** Signed requests, and unsigned reads by an edge. A presigned URL carries its signature in the query. */
export function isAllowed({ method, url, authorization, origin, secret }: Knock): boolean {
  if (authorization !== undefined) return true;
  const query = new URLSearchParams(url.split("?")[1] ?? "");
  if (query.has("X-Amz-Signature") || query.has("Signature")) return true;
  return (method === "GET" || method === "HEAD") && typeof origin === "string" && isEqual(origin, secret);
}

function isEqual(found: string, expected: string): boolean {
  const [a, b] = [Buffer.from(found), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
