// The route template of a request: what the framework matched, never what was asked for.

import type { IncomingMessage } from "node:http";
import { expressRoute } from "./express.ts";
import { fastifyRoute } from "./fastify.ts";
import { notFoundRoute } from "./labels.ts";
import { nextRoute } from "./next.ts";
import { pathRoute } from "./path.ts";

/** `target` is the request target as it arrived, `status` the one that was sent. */
export function routeOf(request: IncomingMessage, target: string, status: number): string {
  return (
    nextRoute(request, target, status) ??
    fastifyRoute(request) ??
    expressRoute(request) ??
    (status === 404 ? notFoundRoute : pathRoute(target))
  );
}
