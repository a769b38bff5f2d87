// Waiting for a condition, with a deadline that says what was waited for.

import { setTimeout as sleep } from "node:timers/promises";

const pollMs = 50;

export interface Wait {
  /** Completes "waited 10 s for …". */
  what: string;
  timeoutMs: number;
}

/**
 * Asks until the answer is neither undefined nor false, and returns it. An answer that throws counts as not
 * yet; the last such error is the cause of the failure.
 */
export async function until<T>(
  ask: () => T | Promise<T>,
  { what, timeoutMs }: Wait,
): Promise<Exclude<T, undefined | false>> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    let cause: unknown;
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer as Exclude<T, undefined | false>;
    } catch (error) {
      cause = error;
    }
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs / 1000} s for ${what}`, { cause });
    await sleep(pollMs);
  }
}
