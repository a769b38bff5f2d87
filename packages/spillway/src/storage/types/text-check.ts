// Whether all of a body is text, as its beginning was.

export class TextCheck {
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });

  /** False once something is no UTF-8, or a NUL. */
  holds(block: Uint8Array): boolean {
    return !block.includes(0) && this.#decodes(() => this.#decoder.decode(block, { stream: true }));
  }

  /** False if it ended within a character. */
  ends(): boolean {
    return this.#decodes(() => this.#decoder.decode());
  }

  #decodes(decode: () => string): boolean {
    try {
      decode();
      return true;
    } catch {
      return false;
    }
  }
}
