// One bound for many that wait, with one timer: a timer for each would cost more than most of what is waited for.

/** Something that is waited for. */
export interface Waiting {
  readonly at: number;
  readonly onLate: () => void;
  before: Waiting | undefined;
  after: Waiting | undefined;
}

/** A list, in the order of their ends: the bound is the same for all. What has come is taken out, and kept by nothing. */
export class Deadlines {
  readonly #ms: number;
  #first: Waiting | undefined;
  #last: Waiting | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(ms: number) {
    this.#ms = ms;
  }

  /** `onLate` is called when the bound has passed before `end`. */
  start(onLate: () => void): Waiting {
    const waiting: Waiting = {
      at: performance.now() + this.#ms,
      onLate,
      before: this.#last,
      after: undefined,
    };
    if (this.#last === undefined) this.#first = waiting;
    else this.#last.after = waiting;
    this.#last = waiting;
    if (this.#timer === undefined) this.#wait(this.#ms);
    return waiting;
  }

  /** It has come. A second time changes nothing. */
  end(waiting: Waiting): void {
    const { before, after } = waiting;
    if (before === undefined && this.#first !== waiting) return;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    waiting.before = waiting.after = undefined;
  }

  #wait(ms: number): void {
    this.#timer = setTimeout(this.#look, Math.max(1, ms));
    this.#timer.unref();
  }

  /** After a pause of this process timers run before the replies that have come meanwhile: those go first. */
  readonly #look = (): void => void setImmediate(() => this.#expire());

  #expire(): void {
    const now = performance.now();
    while (this.#first !== undefined && this.#first.at <= now) {
      const late = this.#first;
      this.end(late);
      late.onLate();
    }
    if (this.#first === undefined) this.#timer = undefined;
    else this.#wait(this.#first.at - now);
  }
}
