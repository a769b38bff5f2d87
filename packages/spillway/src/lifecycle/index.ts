// spillway/lifecycle: take part in the orderly end of the process.

import { startDrain } from "./drain.ts";
import { armSignal } from "./signal.ts";
import { lifecycle, type DrainHook, type DrainResult } from "./state.ts";

export type { DrainHook, DrainResult };

/**
 * Runs `hook` once, when the process begins to drain: on SIGTERM or by `drain()`.
 * All hooks run side by side with the requests that are still being answered, and
 * the drain waits for them, within SPILLWAY_DRAIN_TIMEOUT_MS. Returns a function
 * that takes the hook back.
 *
 * Use it to stop taking work from elsewhere. Do not close here what requests in
 * flight still need, such as a database pool: do that in an ordinary SIGTERM
 * listener, which runs when the drain is over.
 *
 * Works without the preload as well, for a process that serves no HTTP: then the
 * first call also makes SIGTERM drain.
 *
 * ```ts
 * import { onDrain } from "spillway/lifecycle";
 *
 * const consumer = setInterval(() => console.log("take a job"), 1000);
 * onDrain(() => clearInterval(consumer));
 * ```
 */
export function onDrain(hook: DrainHook): () => void {
  armSignal();
  const { hooks } = lifecycle();
  hooks.add(hook);
  return () => void hooks.delete(hook);
}

/** True from the moment the drain begins: refuse new long work, such as a stream without end. */
export function isDraining(): boolean {
  return lifecycle().result !== undefined;
}

/**
 * Drains without a signal and without ending the process: not ready, listener
 * closed, requests answered, hooks run. Every call joins the same drain. There is
 * no way back: a process that has drained is to be ended by its caller.
 */
export function drain(): Promise<DrainResult> {
  return startDrain();
}
