// A value as it lies in Redis: what it depends on and how long it lasts, then its own bytes.

import type { LogMark } from "../coherence/token.ts";

/** Another layout is another number; who does not know it takes the value for missing. */
const layout = 1;
/** Bytes before the epoch's text: layout, length of the epoch, seq, when it expires, grace, number of tags. */
const fixed = 1 + 1 + 6 + 6 + 6 + 2;

export interface Envelope {
  /** The place in the invalidation log that was known before it was loaded. */
  stamp: LogMark & { seq: number };
  tags: readonly string[];
  /** Milliseconds since 1970, by the clock of who loaded it. */
  expiresAt: number;
  /** How much longer it may be served while it is refreshed, in milliseconds. */
  graceMs: number;
  /** By the codec. */
  payload: Buffer;
}

export function seal({ stamp, tags, expiresAt, graceMs, payload }: Envelope): Buffer {
  const texts = [stamp.epoch, ...tags].map((text) => Buffer.from(text));
  const length = texts.reduce((sum, text) => sum + text.length, fixed + 2 * tags.length + payload.length);
  const bytes = Buffer.allocUnsafe(length);
  const [epoch, ...names] = texts as [Buffer, ...Buffer[]];
  let at = bytes.writeUInt8(layout, 0);
  at = bytes.writeUInt8(epoch.length, at);
  at = bytes.writeUIntBE(stamp.seq, at, 6);
  at = bytes.writeUIntBE(Math.round(expiresAt), at, 6);
  at = bytes.writeUIntBE(Math.round(graceMs), at, 6);
  at = bytes.writeUInt16BE(names.length, at);
  at += epoch.copy(bytes, at);
  for (const name of names) {
    at = bytes.writeUInt16BE(name.length, at);
    at += name.copy(bytes, at);
  }
  payload.copy(bytes, at);
  return bytes;
}

/** Undefined for bytes that are not in this layout, or damaged. The payload shares their memory. */
export function unseal(bytes: Buffer): Envelope | undefined {
  if (bytes.length < fixed || bytes[0] !== layout) return undefined;
  try {
    return read(bytes);
  } catch (error) {
    // A length points past the end.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

let last = "";

/** Mostly that of the value before: it is compared where it lies, and no new text is made. */
function epochOf(bytes: Buffer, end: number): string {
  let at = fixed;
  if (last.length === end - fixed) while (at < end && bytes[at] === last.charCodeAt(at - fixed)) at++;
  if (at < end) last = bytes.toString("latin1", fixed, end);
  return last;
}

function read(bytes: Buffer): Envelope {
  const epochEnd = fixed + bytes.readUInt8(1);
  const stamp = { seq: bytes.readUIntBE(2, 6), epoch: epochOf(bytes, epochEnd) };
  const [expiresAt, graceMs] = [bytes.readUIntBE(8, 6), bytes.readUIntBE(14, 6)];
  const tags: string[] = [];
  let at = epochEnd;
  for (let left = bytes.readUInt16BE(20); left > 0; left--) {
    const end = at + 2 + bytes.readUInt16BE(at);
    if (end > bytes.length) throw new RangeError("a tag ends past the end");
    tags.push(bytes.toString("utf8", at + 2, end));
    at = end;
  }
  return { stamp, tags, expiresAt, graceMs, payload: bytes.subarray(at) };
}
