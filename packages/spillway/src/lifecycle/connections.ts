// Lets every open connection end by itself, and ends those that never would.

import type { Socket } from "node:net";
import { traffic, type Connection, type Traffic } from "./traffic.ts";

/** Milliseconds between two looks at the open connections. */
const sweepMs = 25;

/** Makes each response whose headers are not yet sent the last one on its connection. */
export function announceClose(): void {
  for (const response of traffic().inFlight.keys()) {
    if (!response.headersSent) response.shouldKeepAlive = false;
  }
}

/** Resolves as soon as no connection is left, or when `signal` aborts. */
export async function connectionsGone(idleMs: number, signal: AbortSignal): Promise<void> {
  const state = traffic();
  for (const connection of state.connections.values()) connection.quietSince = performance.now();
  await new Promise<void>((resolve) => {
    const finish = () => {
      clearInterval(timer);
      state.onEmpty = undefined;
      resolve();
    };
    const timer = setInterval(() => closeQuiet(state, idleMs), sweepMs);
    state.onEmpty = finish;
    signal.addEventListener("abort", finish, { once: true });
    closeQuiet(state, idleMs);
    if (state.connections.size === 0) finish();
  });
}

/** Cuts whatever is still connected. */
export function cutConnections(): void {
  for (const socket of traffic().connections.keys()) socket.destroy();
}

function closeQuiet(state: Traffic, idleMs: number): void {
  const now = performance.now();
  const busy = busySockets(state);
  for (const [socket, connection] of state.connections) {
    if (isUpgraded(socket)) socket.destroySoon();
    else if (isQuiet(socket, connection, { busy, now, idleMs })) socket.destroySoon();
  }
}

function busySockets({ inFlight }: Traffic): Set<Socket> {
  const sockets = new Set<Socket>();
  for (const response of inFlight.keys()) sockets.add(response.req.socket);
  return sockets;
}

/**
 * A WebSocket has no end of its own that a drain could wait for. Node takes the
 * HTTP parser off a socket when it is upgraded; where a release should stop doing
 * so, such a socket is closed as an idle one instead.
 */
function isUpgraded(socket: Socket): boolean {
  return (socket as Socket & { parser?: unknown }).parser === null;
}

interface QuietTest {
  busy: Set<Socket>;
  now: number;
  idleMs: number;
}

/** Bytes that arrived count as life: a request may be half way in. */
function isQuiet(socket: Socket, connection: Connection, test: QuietTest): boolean {
  if (test.busy.has(socket) || socket.bytesRead !== connection.bytesRead) {
    connection.bytesRead = socket.bytesRead;
    connection.quietSince = test.now;
    return false;
  }
  return test.now - connection.quietSince >= test.idleMs;
}
