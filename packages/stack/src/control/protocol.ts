// The control socket: HTTP on a Unix socket in the stack's runtime folder. One path for each thing that can be asked.

import { join } from "node:path";
import type { Settings } from "../config/settings.ts";
import type { PlainError } from "../errors.ts";

export const controlPaths = {
  status: "/status",
  scale: "/scale",
  deploy: "/deploy",
  down: "/down",
} as const;

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

/** It is answered with events as they happen, one in a line: the last one is `deployed` or `failed`. */
export interface DeployRequest {
  /** As the config says it now. */
  settings: Settings;
  /** `Next.js 16.4.6`. */
  title: string;
}

/** The body of every answer that is not 200. */
export interface ErrorReply {
  error: PlainError;
}

export function controlSocket(runtime: string): string {
  return join(runtime, "control.sock");
}
