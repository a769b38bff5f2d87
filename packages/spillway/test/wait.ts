// Waits for a condition, within a deadline.

import { setTimeout as sleep } from "node:timers/promises";

const deadlineMs = 10_000;

/** Polls `condition` until it holds; a thrown error counts as not yet. */
export async function waitUntil(
  condition: () => boolean | Promise<boolean>,
  what: string,
  details: () => string = () => "",
): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (performance.now() < end) {
    try {
      if (await condition()) return;
    } catch {
      // Not up yet.
    }
    await sleep(10);
  }
  throw new Error(`waited ${deadlineMs} ms for ${what}\n${details()}`);
}
