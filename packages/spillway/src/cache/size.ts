// An estimate of the memory that a value holds, so that a cache can be bounded by bytes.

import { types } from "node:util";

// Sizes of V8 on 64 bits, without pointer compression, as Node is built.
const pointer = 8;
const header = 24;
const arrayHeader = 48;
const number = 16;
const stringHeader = 16;
const tableHeader = 72;
const instance = 96;
const view = 200;
const date = 64;
/** A stack trace is most of it, and to read one is to make it. */
const error = 500;
const regExp = 150;
const closure = 64;

/** JSON.parse makes one string of equal short ones, a database driver does not: half of each is the middle. */
const longestShared = 10;
/** Above it V8 keeps properties in a hash table, and each object has keys of its own. */
const mostFastKeys = 128;
const hashedKey = 48;
/** Numbers for keys lie in an array if they are dense, in a hash table if not. */
const numberedKey = 24;
/** An empty object has room for some. */
const leastKeys = 4;

/**
 * About how many bytes of memory `value` holds, within a factor of 2 for ordinary data: records, lists, text,
 * Maps, Sets and Buffers. What a closure or a private field holds is not seen. With a `cap` it stops as soon as
 * it has found as much: the answer is then at least `cap`, and the time is bounded by it (only the names of the
 * properties of one object are always listed in full).
 */
export function sizeOf(value: unknown, cap: number = Infinity): number {
  const scale = new Scale(cap);
  scale.add(value);
  try {
    scale.run();
  } catch {
    // A getter of the app's threw, or a revoked Proxy: what was counted until then stands.
  }
  return scale.bytes;
}

class Scale {
  bytes = 0;
  readonly #cap: number;
  /** What is met twice is counted once; a cycle ends. */
  readonly #seen = new Set<object>();
  /** A list, not recursion: a deep value must not overflow the stack. */
  readonly #pending: object[] = [];

  constructor(cap: number) {
    this.#cap = cap;
  }

  run(): void {
    for (let next = this.#pending.pop(); next !== undefined; next = this.#pending.pop()) {
      if (this.bytes >= this.#cap) return;
      this.#open(next);
    }
  }

  /** All of a primitive; of an object only that it is to be opened. */
  add(value: unknown): void {
    switch (typeof value) {
      case "string":
        this.bytes += textSize(value, this.#cap - this.bytes);
        return;
      case "number":
        if ((value | 0) !== value) this.bytes += number;
        return;
      case "bigint":
        this.bytes += number + value.toString(16).length / 2;
        return;
      case "object":
        if (value !== null) this.#meet(value);
        return;
      case "function":
        this.#meet(value);
    }
  }

  #meet(value: object): void {
    if (this.#seen.has(value)) return;
    this.#seen.add(value);
    this.#pending.push(value);
  }

  #open(value: object): void {
    if (Array.isArray(value)) this.#openArray(value);
    else if (types.isMap(value)) this.#openMap(value);
    else if (types.isSet(value)) this.#openSet(value);
    else if (ArrayBuffer.isView(value)) this.#openView(value);
    else if (types.isAnyArrayBuffer(value)) this.bytes += instance + value.byteLength;
    else this.#openObject(value);
  }

  #openArray(value: readonly unknown[]): void {
    this.bytes += arrayHeader + pointer * value.length;
    // Fractions lie in the array itself, as long as there is nothing else in it.
    const bare = typeof value[0] === "number";
    for (const one of value) {
      if (this.bytes >= this.#cap) return;
      if (!bare || typeof one !== "number") this.add(one);
    }
  }

  #openMap(value: ReadonlyMap<unknown, unknown>): void {
    this.bytes += tableSize(value.size, 28);
    this.#addAll(value.keys());
    this.#addAll(value.values());
  }

  #openSet(value: ReadonlySet<unknown>): void {
    this.bytes += tableSize(value.size, 20);
    this.#addAll(value);
  }

  #addAll(values: Iterable<unknown>): void {
    for (const one of values) {
      if (this.bytes >= this.#cap) return;
      this.add(one);
    }
  }

  #openView(value: ArrayBufferView): void {
    this.bytes += view;
    // Many small Buffers share one piece of memory; any other view keeps all that it looks at alive.
    if (value.buffer.byteLength <= 2 * Buffer.poolSize) this.bytes += value.byteLength;
    else if (!this.#seen.has(value.buffer)) {
      this.#seen.add(value.buffer);
      this.bytes += value.buffer.byteLength;
    }
  }

  #openObject(value: object): void {
    if (types.isDate(value)) this.bytes += date;
    else if (types.isNativeError(value)) this.bytes += error;
    else if (types.isRegExp(value)) this.bytes += regExp;
    else this.bytes += typeof value === "function" ? closure : header;
    this.#openKeys(value, Object.keys(value));
  }

  #openKeys(value: object, keys: readonly string[]): void {
    const many = keys.length > mostFastKeys;
    const numbered = many && String(Number(keys[0])) === keys[0];
    const hashed = many && !numbered;
    this.bytes += (keys.length || leastKeys) * (hashed ? hashedKey : numbered ? numberedKey : pointer);
    for (const key of keys) {
      if (this.bytes >= this.#cap) return;
      if (hashed) this.add(key);
      this.add((value as Record<string, unknown>)[key]);
    }
  }
}

/** Of a Map or a Set, which doubles its table when it is full. */
function tableSize(size: number, slot: number): number {
  return tableHeader + slot * 2 ** Math.ceil(Math.log2(Math.max(size, 4)));
}

function textSize(text: string, cap: number): number {
  const { length } = text;
  if (length <= longestShared) return (stringHeader + pointer) / 2;
  if (length >= cap) return stringHeader + length;
  return stringHeader + (isLatin1(text) ? length : 2 * length);
}

/** V8 keeps text in one byte for each character if none is above 255. */
function isLatin1(text: string): boolean {
  const bytes = Buffer.byteLength(text);
  return bytes === text.length || (bytes <= 2 * text.length && !/[\u0100-\uffff]/.test(text));
}
