// How long to wait before a purge is tried again.

import type { Failure } from "./failure.ts";

const firstMs = 100;
const mostMs = 5_000;

/** Doubles with each try, and is jittered: all servers of a stack see the same CDN fail at the same time. */
export function waitBefore({ retryAfterSeconds = 0 }: Failure, tries: number): number {
  const backoffMs = Math.min(firstMs * 2 ** tries, mostMs);
  return retryAfterSeconds * 1_000 + backoffMs * (0.5 + Math.random() / 2);
}
