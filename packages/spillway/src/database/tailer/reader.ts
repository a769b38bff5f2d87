// Reads the fields of the replication protocol (PostgreSQL manual, 53.4 and 53.9) one after the other.

/** Its buffer is the driver's and is written over: what is to last must be copied. */
export class Reader {
  readonly #buffer: Buffer;
  #at: number;

  constructor(buffer: Buffer, at = 0) {
    this.#buffer = buffer;
    this.#at = at;
  }

  byte(): number {
    return this.#buffer.readUInt8(this.#at++);
  }

  short(): number {
    const value = this.#buffer.readUInt16BE(this.#at);
    this.#at += 2;
    return value;
  }

  int(): number {
    const value = this.#buffer.readUInt32BE(this.#at);
    this.#at += 4;
    return value;
  }

  /** A position in the WAL, or a time: eight bytes. */
  long(): number {
    return this.int() * 2 ** 32 + this.int();
  }

  /** Text that ends with a zero. */
  text(): string {
    const end = this.#buffer.indexOf(0, this.#at);
    const value = this.#buffer.toString("utf8", this.#at, end);
    this.#at = end + 1;
    return value;
  }

  bytes(length: number): Buffer {
    const value = this.#buffer.subarray(this.#at, this.#at + length);
    this.#at += length;
    return value;
  }
}
