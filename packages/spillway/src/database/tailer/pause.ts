// A pause that can be cut short, and keeps no process alive.

export class Pause {
  #wake: (() => void) | undefined;
  /** Woken while nobody slept: the next pause is over at once. */
  #isOver = false;

  wake(): void {
    this.#isOver = true;
    this.#wake?.();
  }

  async for(ms: number): Promise<void> {
    if (!this.#isOver)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms).unref();
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    this.#wake = undefined;
    this.#isOver = false;
  }
}
