// Asks a running process again and again whether it serves, and has it replaced when it stays silent.

import { setTimeout as sleep } from "node:timers/promises";
import type { ManagedProcess } from "./managed-process.ts";

/** An unready process is asked again sooner than a ready one. */
const retryMs = 250;
/** Unready for this long, its log is read for a reason that only a new start would mend. */
const healAfterMs = 5_000;
/** One late answer is not a failure. */
const failuresUntilUnready = 2;

export interface HealthOptions {
  signal: AbortSignal;
  /** Whether this one may be killed now, given how the others fare. */
  mayReplace: (process: ManagedProcess) => boolean;
}

/** Watches until `signal` aborts. */
export async function watchHealth(
  process: ManagedProcess,
  { signal, mayReplace }: HealthOptions,
): Promise<void> {
  const { health } = process.component;
  let failures = 0;
  let silentSince: number | undefined;
  let unreadySince: number | undefined;
  while (!signal.aborted) {
    await sleep(failures === 0 ? health.intervalMs : Math.min(retryMs, health.intervalMs), undefined, {
      signal,
    }).catch(() => undefined);
    if (signal.aborted || (process.state !== "ready" && process.state !== "unready")) {
      failures = 0;
      silentSince = unreadySince = undefined;
      continue;
    }
    const asked = process.pid;
    const began = performance.now();
    const result = await process.component.probe(health.timeoutMs);
    // What was asked may have ended meanwhile, and the answer is not about its successor.
    if (process.pid !== asked) continue;
    if (result.state === "ready") {
      failures = 0;
      silentSince = unreadySince = undefined;
      process.observe(true, "");
      continue;
    }
    failures++;
    if (failures < failuresUntilUnready) {
      if (result.state === "silent") silentSince = began;
      continue;
    }
    process.observe(false, result.reason);
    unreadySince ??= performance.now();
    silentSince = result.state === "silent" ? (silentSince ?? began) : undefined;
    const limit = health.replaceAfterSilentMs ?? Infinity;
    if (silentSince !== undefined && performance.now() - silentSince > limit && mayReplace(process)) {
      await process.replace(`silent, so it was ended: ${result.reason}`);
    } else if (performance.now() - unreadySince > healAfterMs) {
      unreadySince = undefined;
      if ((await process.component.heal?.(process.recentLog)) === true)
        await process.replace("it is made anew");
    }
  }
}
