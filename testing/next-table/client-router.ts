// Requests as Next's client router makes them.

import { createHash } from "node:crypto";
import type { Reading } from "./reading.ts";
import type { World } from "./world.ts";

export interface Navigation {
  /** "1" asks for a prefetch. */
  prefetch?: string;
  /** The part of a page, for instance "/_tree". */
  segment?: string;
}

export function routerHeaders({ prefetch, segment }: Navigation = {}): Record<string, string> {
  return {
    rsc: "1",
    ...(prefetch === undefined ? {} : { "next-router-prefetch": prefetch }),
    ...(segment === undefined ? {} : { "next-router-segment-prefetch": segment }),
  };
}

/** With the query that keeps caches from mixing these answers, as Next computes it of the headers. */
export function routerPath(path: string, { prefetch, segment }: Navigation = {}): string {
  if (prefetch === undefined && segment === undefined) return `${path}?_rsc`;
  const input = [prefetch ?? "0", segment ?? "0", "0", "0"].join(",");
  const digest = createHash("sha256").update(input).digest().subarray(0, 12);
  return `${path}?_rsc=${digest.toString("base64url")}`;
}

export function navigate(world: World, path: string, how: Navigation = {}): Promise<Reading> {
  return world.get(routerPath(path, how), routerHeaders(how));
}
