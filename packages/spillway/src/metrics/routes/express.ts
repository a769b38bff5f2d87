// Express and its kin: the raw request is Express's own and carries the matched route.

import type { IncomingMessage } from "node:http";
import { templateSegment } from "./path.ts";

interface ExpressFields {
  route?: { path?: string | RegExp | (string | RegExp)[] };
  baseUrl?: string;
  params?: Record<string, unknown>;
}

/** `req.baseUrl + req.route.path`, or undefined when no route was matched. */
export function expressRoute(request: IncomingMessage): string | undefined {
  const { route, baseUrl, params } = request as IncomingMessage & ExpressFields;
  const path = route?.path;
  if (path === undefined) return undefined;
  const base = baseUrl ?? "";
  return (base === "" ? "" : templateBase(base, params ?? {})) + String(path);
}

/**
 * A router mounted at `/users/:id` has the id itself in `baseUrl`. Its name is known
 * with `mergeParams`; without, only what looks like an id is replaced.
 */
function templateBase(baseUrl: string, params: Record<string, unknown>): string {
  const names = new Map(Object.entries(params).map(([name, value]) => [value, `:${name}`]));
  const parts = baseUrl.split("/").map((part) => names.get(part) ?? templateSegment(part));
  return parts.join("/");
}
