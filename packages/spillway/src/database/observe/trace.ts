// The trace that a statement belongs to, as a comment that shows in the server's own logs and statistics.

import { createRequire } from "node:module";
import type { Scope } from "../../coherence/scope.ts";

/** The part of `@opentelemetry/api` that is called here. */
interface TraceApi {
  trace: {
    getActiveSpan(): { spanContext(): { traceId: string; spanId: string; traceFlags: number } } | undefined;
  };
}

const sampled = 1;

const api = load();

/** In the form of sqlcommenter, for sampled traces only: each such text is new to the server, and is planned anew. */
export function traceComment(scope: Scope | undefined): string | undefined {
  const context = api?.trace.getActiveSpan()?.spanContext();
  if (context !== undefined) {
    if ((context.traceFlags & sampled) === 0) return undefined;
    return comment(`00-${context.traceId}-${context.spanId}-01`);
  }
  const incoming = scope?.origin.traceparent;
  return incoming !== undefined && isSampled(incoming) ? comment(incoming) : undefined;
}

/** Its form is checked, since a client sent it: nothing else gets into the text (W3C Trace Context, 3.2.2). */
function isSampled(traceparent: string): boolean {
  const flags = /^00-[0-9a-f]{32}-[0-9a-f]{16}-([0-9a-f]{2})$/.exec(traceparent)?.[1];
  return flags !== undefined && (parseInt(flags, 16) & sampled) === sampled;
}

function comment(traceparent: string): string {
  return `/*traceparent='${traceparent}'*/`;
}

/** The app's own copy, if it has one: all copies of one major version share their state. */
function load(): TraceApi | undefined {
  try {
    return createRequire(import.meta.url)("@opentelemetry/api") as TraceApi;
  } catch {
    return undefined;
  }
}
