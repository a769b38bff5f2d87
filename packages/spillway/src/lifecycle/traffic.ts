// The servers, connections and requests that a drain has to see to their end.

import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { processState } from "../process-state.ts";

export interface Exchange {
  /** The request target as it arrived: Express and others rewrite `request.url`. */
  target: string;
  /** Milliseconds on the monotonic clock of `performance.now()`. */
  startedAt: number;
  /** False for the readiness probe of this library itself. */
  counted: boolean;
}

export interface Connection {
  bytesRead: number;
  /** Monotonic milliseconds since which nothing arrived and nothing was in flight. */
  quietSince: number;
}

export interface Traffic {
  servers: Set<Server>;
  connections: Map<Socket, Connection>;
  inFlight: Map<ServerResponse, Exchange>;
  /** Called when the last connection has closed. */
  onEmpty: (() => void) | undefined;
}

export function traffic(): Traffic {
  return processState("traffic", () => ({
    servers: new Set<Server>(),
    connections: new Map<Socket, Connection>(),
    inFlight: new Map<ServerResponse, Exchange>(),
    onEmpty: undefined,
  }));
}

/** Follows every connection of `server` from now on. */
export function trackConnections(server: Server): void {
  const { servers, connections } = traffic();
  servers.add(server);
  server.on("connection", (socket) => {
    connections.set(socket, { bytesRead: 0, quietSince: 0 });
    socket.once("close", forgetConnection);
  });
}

function forgetConnection(this: Socket): void {
  const { connections, onEmpty } = traffic();
  connections.delete(this);
  if (connections.size === 0) onEmpty?.();
}
