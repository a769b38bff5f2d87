// Where cached values come from in tests: a loader that can be held between its reading and its return.

export class Source {
  value = "old";
  reads = 0;
  readonly #held: (() => void)[] = [];

  readonly read = async (): Promise<string> => {
    this.reads++;
    return this.value;
  };

  /** Reads at once, returns when released. */
  readonly readSlowly = async (): Promise<string> => {
    const value = await this.read();
    await new Promise<void>((resolve) => this.#held.push(resolve));
    return value;
  };

  /** How many have read and not returned. */
  get held(): number {
    return this.#held.length;
  }

  release(): void {
    for (const resolve of this.#held.splice(0)) resolve();
  }

  /** Releases all that are held, and come to be held, until `promise` has settled. */
  async releaseUntil<T>(promise: Promise<T>): Promise<T> {
    const timer = setInterval(() => this.release(), 1);
    try {
      return await promise;
    } finally {
      clearInterval(timer);
    }
  }
}
