// Fastify: its request object is not the raw one, so a hook ties the two together.

import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";
import { notFoundRoute } from "./labels.ts";

const fastifyRequest = Symbol.for("spillway.fastify-request.v1");

interface FastifyRequest {
  raw: IncomingMessage & { [fastifyRequest]?: FastifyRequest };
  /** Its `url` is the whole template with prefixes; undefined where no route matched. */
  routeOptions?: { url?: string | undefined };
}

interface Fastify {
  addHook: (
    name: "onRequest",
    hook: (request: FastifyRequest, reply: unknown, done: () => void) => void,
  ) => void;
}

/** Follows every Fastify instance made from now on. */
export function watchFastify(): void {
  subscribe("fastify.initialization", (message) => {
    (message as { fastify: Fastify }).fastify.addHook("onRequest", rememberRequest);
  });
}

/** Undefined for a request that no Fastify has seen. */
export function fastifyRoute(request: IncomingMessage): string | undefined {
  const seen = (request as FastifyRequest["raw"])[fastifyRequest];
  if (seen === undefined) return undefined;
  return seen.routeOptions?.url ?? notFoundRoute;
}

function rememberRequest(request: FastifyRequest, _reply: unknown, done: () => void): void {
  request.raw[fastifyRequest] = request;
  done();
}
