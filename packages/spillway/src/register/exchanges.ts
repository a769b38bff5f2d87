// Follows each request from its headers to the end of its response.

import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { requestScope } from "../coherence/http.ts";
import { enterScope } from "../coherence/scope.ts";
import { lifecycle } from "../lifecycle/state.ts";
import { traffic, type Exchange } from "../lifecycle/traffic.ts";
import { recordRequest } from "../metrics/request-series.ts";
import { routeOf } from "../metrics/routes/route.ts";
import { isProbe } from "./probe-mark.ts";

interface RequestStart {
  request: IncomingMessage;
  response: ServerResponse;
  server: Server;
}

/** Status label of a request whose client left before it was answered, after nginx's 499. */
const clientLeft = 499;

const { servers, inFlight } = traffic();
const life = lifecycle();

export function observeRequests(): void {
  subscribe("http.server.request.start", (message) => begin(message as RequestStart));
}

/** Requests being answered now, without our own readiness probes. */
export function requestsInFlight(): number {
  endLost();
  let count = 0;
  for (const exchange of inFlight.values()) if (exchange.counted) count++;
  return count;
}

function begin({ request, response, server }: RequestStart): void {
  if (!servers.has(server)) return;
  const startedAt = performance.now();
  const exchange = { target: request.url ?? "", startedAt, counted: !isProbe(request) };
  inFlight.set(response, exchange);
  if (life.result !== undefined) response.shouldKeepAlive = false;
  // `close` follows `finish` within the same turn, and comes alone if the client left.
  response.on("close", endOfThis);
  // The app may have as many listeners as without this one: Next.js uses all ten where it proxies.
  response.setMaxListeners(response.getMaxListeners() + 1);
  // The server calls its listeners in this same turn: they and all that follows from them are in the scope.
  enterScope(requestScope(request, response, () => routeOf(request, exchange.target, response.statusCode)));
}

function endOfThis(this: ServerResponse): void {
  end(this);
}

function end(response: ServerResponse): void {
  const exchange = inFlight.get(response);
  if (exchange === undefined) return;
  inFlight.delete(response);
  if (exchange.counted) record(response, exchange);
}

function record(response: ServerResponse, exchange: Exchange): void {
  const status = response.headersSent ? response.statusCode : clientLeft;
  recordRequest({
    method: response.req.method ?? "",
    route: routeOf(response.req, exchange.target, status),
    status,
    seconds: (performance.now() - exchange.startedAt) / 1000,
  });
}

/**
 * A pipelined request whose connection breaks before its turn has a response that
 * never closes (seen in Node 22). Without this it would stay in flight for ever.
 */
function endLost(): void {
  for (const response of inFlight.keys()) {
    if (response.socket === null && response.req.socket.destroyed) end(response);
  }
}
