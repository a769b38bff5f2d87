// How long to wait before starting a crashed process again.

const firstMs = 100;
const mostMs = 10_000;
/** A process that stayed up this long starts over with the shortest wait. */
const settledAfterMs = 30_000;

/** Doubles from 100 ms to 10 s; jittered by ±25 %, so that what fell together does not rise together. */
export class Backoff {
  #attempt = 0;

  /** The wait in milliseconds after a process that was ready for `readyMs` has ended. */
  next(readyMs: number): number {
    if (readyMs > settledAfterMs) this.#attempt = 0;
    const base = Math.min(mostMs, firstMs * 2 ** this.#attempt++);
    return Math.round(base * (0.75 + Math.random() / 2));
  }
}
