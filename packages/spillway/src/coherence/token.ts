// The causality token as text: what its bearer must see, signed, so that nobody can send themselves or others
// past the replicas with a position made up.

import { createHmac, timingSafeEqual } from "node:crypto";
import { SpillwayError } from "../errors.ts";
import { type Position, type Positions, positionText, readPosition } from "./position.ts";

const version = "1";
/** Bytes of the signature that are kept: 2^128 is far beyond guessing. */
const signatureBytes = 16;
const leastSecretLength = 16;
const setting = "SPILLWAY_SECRET";

/**
 * A place in an invalidation log, by its epoch. Without a `seq` it is not known: what was written is left to the
 * tailer, and until that has come so far, no cache can be trusted to know of it.
 */
export interface LogMark {
  epoch: string;
  seq: number | undefined;
}

/** By the name of the log. */
export type LogMarks = ReadonlyMap<string, LogMark>;

/** What the bearer of a token must see. */
export interface TokenContent {
  positions: Map<string, Position>;
  marks: Map<string, LogMark>;
}

/** Of two epochs nobody knows which is the newer one: then only what the tailer has repeated is certain. */
export function laterMark(one: LogMark, other: LogMark): LogMark {
  if (one.seq === undefined) return one;
  if (other.seq === undefined) return other;
  if (one.epoch !== other.epoch) return { epoch: "", seq: undefined };
  return one.seq >= other.seq ? one : other;
}

/**
 * `1.<cluster>~<timeline>~<lsn>,@<log>~<epoch>~<seq>,….<signature>`, safe in a header, a cookie and a URL. Throws
 * SPILLWAY_SECRET_MISSING.
 */
export function writeToken(positions: Positions, marks: LogMarks = new Map()): string {
  const places = [...positions].map(([name, position]) => `${name}~${positionText(position)}`);
  const followed = [...marks].map(([log, { epoch, seq }]) => `@${log}~${epoch}~${seq?.toString(36) ?? "x"}`);
  const text = `${version}.${[...places, ...followed].join(",")}`;
  const [secret] = secrets();
  if (secret === undefined) throw new SpillwayError("SPILLWAY_SECRET_MISSING", { setting });
  return `${text}.${signature(text, secret).toString("base64url")}`;
}

/** Undefined for anything that was not written by `writeToken` under one of the secrets. */
export function readToken(token: string): TokenContent | undefined {
  const at = token.lastIndexOf(".");
  const text = token.slice(0, at);
  if (at < 0 || token.length > 1_000 || !isSigned(text, token.slice(at + 1))) return undefined;
  const content: TokenContent = { positions: new Map(), marks: new Map() };
  for (const part of text.slice(version.length + 1).split(",")) readPart(part, content);
  return content;
}

/** Whether tokens can be written at all. */
export function canSign(): boolean {
  return secrets().length > 0;
}

function readPart(part: string, { positions, marks }: TokenContent): void {
  const [name = "", first = "", second = ""] = part.split("~");
  if (!name.startsWith("@")) positions.set(name, readPosition(`${first}~${second}`));
  else marks.set(name.slice(1), { epoch: first, seq: second === "x" ? undefined : parseInt(second, 36) });
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
