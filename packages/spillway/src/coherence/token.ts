// The causality token as text: what its bearer must see, signed, so that nobody can send themselves or others
// past the replicas with a position made up.

import { createHmac, timingSafeEqual } from "node:crypto";
import { SpillwayError } from "../errors.ts";
import type { Position } from "./position.ts";

const version = "1";
/** Bytes of the signature that are kept: 2^128 is far beyond guessing. */
const signatureBytes = 16;
const leastSecretLength = 16;
const setting = "SPILLWAY_SECRET";

type Positions = ReadonlyMap<string, Position>;

/**
 * `1.<name>~<timeline>~<lsn>,….<signature>`, safe in a header, a cookie and a URL. Throws SPILLWAY_SECRET_MISSING.
 */
export function writeToken(positions: Positions): string {
  const parts = [...positions].map(([name, { timeline, lsn }]) => `${name}~${timeline}~${lsnText(lsn)}`);
  const text = `${version}.${parts.join(",")}`;
  const [secret] = secrets();
  if (secret === undefined) throw new SpillwayError("SPILLWAY_SECRET_MISSING", { setting });
  return `${text}.${signature(text, secret).toString("base64url")}`;
}

/** Undefined for anything that was not written by `writeToken` under one of the secrets. */
export function readToken(token: string): Map<string, Position> | undefined {
  const at = token.lastIndexOf(".");
  const text = token.slice(0, at);
  if (at < 0 || token.length > 1_000 || !isSigned(text, token.slice(at + 1))) return undefined;
  const [, parts = ""] = text.split(".");
  return new Map(parts.split(",").map(readPart));
}

/** Whether tokens can be written at all. */
export function canSign(): boolean {
  return secrets().length > 0;
}

function readPart(part: string): [string, Position] {
  const [name = "", timeline, lsn] = part.split("~");
  return [name, { timeline: Number(timeline), lsn: lsn === "x" ? Infinity : parseInt(lsn ?? "", 36) }];
}

function lsnText(lsn: number): string {
  return lsn === Infinity ? "x" : lsn.toString(36);
}

/** The first signs; all of them are accepted, so that a secret can be replaced while tokens are out. */
function secrets(): string[] {
  const list = process.env["SPILLWAY_SECRET"]?.split(",").map((one) => one.trim()) ?? [];
  return list.filter((one) => one.length >= leastSecretLength);
}

function isSigned(text: string, given: string): boolean {
  const bytes = Buffer.from(given, "base64url");
  if (bytes.length !== signatureBytes) return false;
  return secrets().some((secret) => timingSafeEqual(bytes, signature(text, secret)));
}

function signature(text: string, secret: string): Buffer {
  return createHmac("sha256", secret).update(text).digest().subarray(0, signatureBytes);
}
