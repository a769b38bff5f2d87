// Where the handler files in an app find the runtime: a global, as they import nothing.

import { tellEdges } from "./page-headers.ts";
import { nextRuntime } from "./runtime.ts";
import { offerSymbol } from "./symbol.ts";
import type { NextRuntime } from "./types.ts";

/** Before the server's first request. Preload and adapter may both offer it: the first one stays. */
export function offerRuntime(): void {
  const global = globalThis as unknown as Record<symbol, NextRuntime | undefined>;
  global[Symbol.for(offerSymbol)] ??= nextRuntime();
  tellEdges();
}
