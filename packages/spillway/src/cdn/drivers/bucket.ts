// A token bucket: keeps a driver below the rate that its CDN allows, however many calls overlap.

import { setTimeout as sleep } from "node:timers/promises";
import type { CdnLimits } from "../driver.ts";

export class Bucket {
  readonly #intervalMs: number;
  readonly #burstMs: number;
  /** When the bucket will be full again, on the clock of `performance.now()`. */
  #fullAt = 0;

  constructor({ requestsPerSecond, burst }: Omit<CdnLimits, "tagsPerRequest">) {
    this.#intervalMs = 1_000 / requestsPerSecond;
    this.#burstMs = burst * this.#intervalMs;
  }

  /** Resolves when one more request may be sent, in the order of the calls. */
  async take(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    const now = performance.now();
    this.#fullAt = Math.max(this.#fullAt, now) + this.#intervalMs;
    const waitMs = this.#fullAt - now - this.#burstMs;
    if (waitMs <= 0) return;
    try {
      await pause(waitMs, signal);
    } catch (error) {
      this.#fullAt -= this.#intervalMs;
      throw error;
    }
  }
}

/** Rejects with the reason of `signal` if it is aborted before. */
export async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
