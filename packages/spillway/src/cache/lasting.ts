// A value together with how long it lasts.

import type { Loaded } from "./load.ts";

/** How long a fresh value lasts. */
export interface Lasts {
  ttlMs: number;
  /** How much longer it may be served while it is refreshed. */
  graceMs: number;
}

export interface Shared extends Loaded {
  /** On the clock of `performance.now()`. */
  expiresAt: number;
  graceMs: number;
  /** Past its time, and within its grace. */
  isStale: boolean;
  /** Past its own time, whatever was said of its tags. */
  isPast: boolean;
}

/** One that is to be kept. */
export type Lasting = Omit<Shared, "current" | "isStale" | "isPast">;

export function lasting(loaded: Loaded, { ttlMs, graceMs }: Lasts): Shared {
  return { ...loaded, expiresAt: performance.now() + ttlMs, graceMs, isStale: false, isPast: false };
}
