// Lets what is under way end, and nothing new begin.

export class Gate {
  #inside = 0;
  #closed: { promise: Promise<void>; open: () => void } | undefined;
  #onEmpty: (() => void) | undefined;
  isOver = false;

  /** Runs `work` as soon as the gate is open; not at all when it is over. */
  async pass(work: () => Promise<void>): Promise<void> {
    await this.#closed?.promise;
    if (this.isOver) return;
    this.#inside++;
    try {
      await work();
    } finally {
      if (--this.#inside === 0) this.#onEmpty?.();
    }
  }

  /** Resolves when nobody is inside any more. */
  async close(): Promise<void> {
    let open = (): void => undefined;
    const promise = new Promise<void>((resolve) => (open = resolve));
    this.#closed ??= { promise, open };
    if (this.#inside === 0) return;
    await new Promise<void>((resolve) => (this.#onEmpty = resolve));
    this.#onEmpty = undefined;
  }

  open(): void {
    this.#closed?.open();
    this.#closed = undefined;
  }

  end(): void {
    this.isOver = true;
    this.open();
  }
}
