// One bound for many promises, with one timer.

interface Waiting {
  at: number;
  pending: boolean;
  give: (error: Error) => void;
}

export class Deadlines {
  readonly #ms: number;
  readonly #late: () => Error;
  /** The bound is the same for all, so the oldest is the first to end. */
  #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(ms: number, late: () => Error) {
    this.#ms = ms;
    this.#late = late;
  }

  /** Settles as `promise` does, or rejects when the bound has passed. */
  within<T>(promise: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const waiting: Waiting = { at: performance.now() + this.#ms, pending: true, give: reject };
      this.#waiting.push(waiting);
      if (this.#timer === undefined) this.#wait(this.#ms);
      promise.then(
        (value) => {
          waiting.pending = false;
          return resolve(value);
        },
        (error: unknown) => {
          waiting.pending = false;
          reject(error);
        },
      );
    });
  }

  #wait(ms: number): void {
    this.#timer = setTimeout(this.#look, Math.max(1, ms));
    this.#timer.unref();
  }

  /** After a pause of this process timers run before the replies that have come meanwhile: those go first. */
  readonly #look = (): void => void setImmediate(() => this.#expire());

  #expire(): void {
    const now = performance.now();
    let ended = 0;
    for (const { at, pending, give } of this.#waiting) {
      if (pending && at > now) break;
      if (pending) give(this.#late());
      ended++;
    }
    this.#waiting = this.#waiting.slice(ended);
    const next = this.#waiting[0];
    if (next === undefined) this.#timer = undefined;
    else this.#wait(next.at - now);
  }
}
