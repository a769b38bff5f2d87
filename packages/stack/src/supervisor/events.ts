// What the supervisor tells whoever started it, as it happens.

import type { SpillwayError } from "../errors.ts";

export type Event =
  /** Something worth a line: a folder made, leftovers ended. */
  | { type: "note"; text: string }
  /** A tier serves. `tookMs` counts from the start of its first process. */
  | { type: "tier"; tier: string; detail: string; tookMs: number }
  | { type: "progress"; label: string; percent: number }
  | { type: "ready"; tookMs: number; facts: [label: string, value: string][] }
  | { type: "state"; component: string; state: string; reason: string }
  | { type: "stopping" }
  | { type: "stopped"; tookMs: number }
  | { type: "failed"; error: PlainError };

/** An error as it crosses a process boundary. */
export interface PlainError {
  code: string;
  message: string;
  hint: string;
  exitCode: 1 | 2;
  stack?: string;
}

export function plainError(error: SpillwayError): PlainError {
  const { code, message, hint, exitCode } = error;
  const stack = error.cause instanceof Error ? error.cause.stack : error.stack;
  return { code, message, hint, exitCode, ...(stack === undefined ? {} : { stack }) };
}
