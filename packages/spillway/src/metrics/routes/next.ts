// Next.js: the matched route from its request metadata, else from the routes manifest.

import type { IncomingMessage } from "node:http";
import { notFoundRoute, publicFileRoute } from "./labels.ts";
import { manifestRoute } from "./next-manifest.ts";
import { pathOf } from "./path.ts";

/** Internal to Next.js (read in 16.4): where it is missing, the manifest is used. */
const requestMeta = Symbol.for("NextInternalRequestMeta");

interface RequestMeta {
  match?: { definition?: { pathname?: unknown } } | null;
}

/** What Next.js serves itself, under names that change with every build. */
const ownPrefixes = ["/_next/static", "/_next/image", "/_next/data"];

/** Undefined when this process is not Next.js. */
export function nextRoute(request: IncomingMessage, target: string, status: number): string | undefined {
  const meta = (request as IncomingMessage & { [requestMeta]?: RequestMeta })[requestMeta];
  if (meta === undefined) return undefined;
  const pathname = meta.match?.definition?.pathname;
  if (typeof pathname === "string") return pathname;
  return unmatchedRoute(pathOf(target), status);
}

function unmatchedRoute(path: string, status: number): string {
  const own = ownPrefixes.find((prefix) => path.includes(prefix));
  if (own !== undefined) return own;
  const route = manifestRoute(path);
  if (route !== undefined) return route;
  return status < 400 ? publicFileRoute : notFoundRoute;
}
