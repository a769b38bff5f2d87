// The control socket: HTTP on a Unix socket in the stack's runtime folder. One path per request.

import { join } from "node:path";
import type { PlainError } from "../errors.ts";

export const controlPaths = { status: "/status", scale: "/scale", down: "/down" } as const;

export interface ScaleRequest {
  target: string;
  count: number;
}

export interface ScaleReply {
  target: string;
  from: number;
  to: number;
  tookMs: number;
}

/** The body of every answer that is not 200. */
export interface ErrorReply {
  error: PlainError;
}

export function controlSocket(runtime: string): string {
  return join(runtime, "control.sock");
}
