// Values to the bytes of an entry in Redis and back, exactly. The first byte is the kind; a kind that is not known
// is from another version, and is a miss.

import { isUtf8 } from "node:buffer";
import { DefaultDeserializer, DefaultSerializer } from "node:v8";
import { SpillwayError } from "../errors.ts";
import { isPlainData, nameOf, valueError, viewNames } from "./encodable.ts";

/** A number is never used again for another layout. */
const kinds = { json: 1, text: 2, utf16: 3, buffer: 4, clone: 5 } as const;

/**
 * The bytes of `value`. Throws SPILLWAY_CACHE_VALUE for what would not come back as it was: functions, symbols,
 * and instances of classes other than Date, Map, Set, RegExp, the standard errors, Buffer and the typed arrays.
 * Of a RegExp `lastIndex` is left out, of an object its prototype null, its getters and what is not enumerable.
 */
export function encode(value: unknown): Buffer {
  if (typeof value === "string") return encodeText(value);
  if (Buffer.isBuffer(value) && nameOf(value) === "Buffer") return encodeBuffer(value);
  try {
    return isPlainData(value) ? utf8(kinds.json, JSON.stringify(value)) : encodeClone(value);
  } catch (error) {
    if (error instanceof SpillwayError) throw error;
    // A getter threw, or the writer refused. Its message may quote the whole value, so it is only the cause.
    throw valueError("$", "not copyable as data", { cause: error });
  }
}

/**
 * The value of an entry; undefined if the bytes are none of ours, of a version that this one does not know, or
 * damaged. It runs no code of the value's and sets no prototype. A Buffer in it may share the memory of `bytes`.
 */
export function decode(bytes: Buffer): { value: unknown } | undefined {
  try {
    return decodeKind(bytes);
  } catch {
    return undefined;
  }
}

function decodeKind(bytes: Buffer): { value: unknown } | undefined {
  switch (bytes[0]) {
    case kinds.json:
      return isUtf8(bytes) ? { value: JSON.parse(bytes.toString("utf8", 1)) } : undefined;
    case kinds.text:
      return isUtf8(bytes) ? { value: bytes.toString("utf8", 1) } : undefined;
    case kinds.utf16:
      return bytes.length % 2 === 1 ? { value: bytes.toString("utf16le", 1) } : undefined;
    case kinds.buffer:
      return { value: unshared(bytes.subarray(1)) };
    case kinds.clone:
      return { value: decodeClone(bytes) };
    default:
      return undefined;
  }
}

function encodeText(value: string): Buffer {
  // UTF-8 has no form for half of a surrogate pair.
  if (value.isWellFormed()) return utf8(kinds.text, value);
  const bytes = Buffer.allocUnsafe(1 + 2 * value.length);
  bytes[0] = kinds.utf16;
  bytes.write(value, 1, "utf16le");
  return bytes;
}

function utf8(kind: number, text: string): Buffer {
  const length = Buffer.byteLength(text);
  const bytes = Buffer.allocUnsafe(1 + length);
  bytes[0] = kind;
  // Of equal length it is ASCII, which as Latin-1 is a plain copy.
  bytes.write(text, 1, length === text.length ? "latin1" : "utf8");
  return bytes;
}

function encodeBuffer(value: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(1 + value.length);
  bytes[0] = kinds.buffer;
  bytes.set(value, 1);
  return bytes;
}

const cloneKind = Buffer.of(kinds.clone);

function encodeClone(value: unknown): Buffer {
  const writer = new CloneWriter();
  writer.writeRawBytes(cloneKind);
  writer.writeHeader();
  writer.writeValue(value);
  return writer.releaseBuffer();
}

function decodeClone(bytes: Buffer): unknown {
  const reader = new CloneReader(bytes.subarray(1));
  // It refuses the format of a newer V8.
  reader.readHeader();
  return reader.readValue();
}

/** V8 hands over what it calls host objects: the views of memory, and objects of Node itself. */
class CloneWriter extends DefaultSerializer {
  _writeHostObject(value: object): void {
    const type = ArrayBuffer.isView(value) ? viewNames.indexOf(nameOf(value)) : -1;
    if (type === -1) throw new TypeError("a host object");
    const { buffer, byteOffset, byteLength } = value as ArrayBufferView;
    this.writeUint32(type);
    this.writeUint32(byteLength);
    this.writeRawBytes(new Uint8Array(buffer, byteOffset, byteLength));
  }
}

class CloneReader extends DefaultDeserializer {
  /** Node's own makes views of the whole reply; an app that looks at `.buffer` would see its neighbours. */
  _readHostObject(): object {
    const name = viewNames[this.readUint32()];
    const bytes = this.readRawBytes(this.readUint32());
    if (name === "Buffer") return unshared(bytes);
    const make = globalThis[name as "Uint8Array"];
    return new make(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer);
  }
}

/** A small part of a large chunk is copied, or it would keep the whole of it alive. */
function unshared(bytes: Buffer): Buffer {
  return 2 * bytes.length >= bytes.buffer.byteLength ? bytes : Buffer.from(bytes);
}
