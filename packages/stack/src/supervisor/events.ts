// What the supervisor tells whoever started it, as it happens.

import type { PlainError } from "../errors.ts";

export type Event =
  /** Something worth a line: a folder made, leftovers ended. */
  | { type: "note"; text: string }
  /** A tier serves. `tookMs` counts from the start of its first process. */
  | { type: "tier"; tier: string; detail: string; tookMs: number }
  | { type: "progress"; label: string; percent: number }
  | { type: "ready"; tookMs: number; facts: [label: string, value: string][] }
  | { type: "state"; component: string; state: string; reason: string }
  /** The version that serves now has that name, if it has one. */
  | { type: "deployed"; deployment?: string; tookMs: number }
  | { type: "stopping" }
  | { type: "stopped"; tookMs: number }
  | { type: "failed"; error: PlainError };
