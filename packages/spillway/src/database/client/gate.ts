// Lets so many in at once; the others wait in order.

export class Gate {
  readonly #most: number;
  #inside = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /** Resolves when there is room, with the function that makes room again. */
  async enter(): Promise<() => void> {
    if (this.#inside >= this.#most) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#inside++;
    return () => this.#leave();
  }

  #leave(): void {
    const next = this.#waiting.shift();
    // Who waited takes the place over.
    if (next === undefined) this.#inside--;
    else next();
  }
}
