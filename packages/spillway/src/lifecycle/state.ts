// What this process knows about its own end.

import { processState } from "../process-state.ts";
import { drainDefaults, type DrainSettings } from "./settings.ts";

/**
 * Called once when the process begins to drain. The drain waits for the returned
 * promise; `signal` aborts when the drain has reached its bound.
 */
export type DrainHook = (signal: AbortSignal) => void | Promise<void>;

export interface DrainResult {
  /** False when the bound was reached before everything had ended. */
  complete: boolean;
  /** Requests without a whole response when the bound was reached. */
  requestsCut: number;
  /** Functions given to `onDrain` that had not ended by then. */
  hooksCut: number;
}

export interface Lifecycle {
  settings: DrainSettings;
  hooks: Set<DrainHook>;
  /** Set once, by the first drain; every later one joins it. */
  result: Promise<DrainResult> | undefined;
  signalArmed: boolean;
}

export function lifecycle(): Lifecycle {
  return processState("lifecycle", () => ({
    settings: drainDefaults,
    hooks: new Set<DrainHook>(),
    result: undefined,
    signalArmed: false,
  }));
}
