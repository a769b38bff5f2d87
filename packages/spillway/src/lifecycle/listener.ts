// Stops accepting connections without losing one that is already in the accept queue.

import type { Server } from "node:http";
import * as net from "node:net";

/** Milliseconds to wait for our own connection to come through the accept queue. */
const queueTimeoutMs = 1000;

/**
 * Closes the listener of `server` and nothing else.
 *
 * Two losses are avoided. `http.Server.close()` also closes idle keep-alive
 * connections, on which the balancer may just be sending. And closing a listening
 * socket resets the connections that the kernel has accepted but this process has
 * not (listen(2), tcp(7)). So we connect to ourselves and close the listener in
 * the very turn in which that connection arrives: the queue is first in, first
 * out, hence everything that was waiting has been accepted by then.
 */
export async function closeListener(server: Server): Promise<void> {
  if (!server.listening) return;
  await new Promise<void>((resolve) => {
    atEndOfQueue(server, () => {
      if (server.listening) closeOnlyListener(server);
      resolve();
    });
  });
}

/** The address under which this process reaches its own listener. */
export function loopbackAddress(server: Server): { host: string; port: number } | undefined {
  const address = server.address();
  if (address === null || typeof address === "string") return undefined;
  const anyHost = address.address === "::" || address.address === "0.0.0.0";
  return { host: anyHost ? "127.0.0.1" : address.address, port: address.port };
}

function atEndOfQueue(server: Server, reached: () => void): void {
  const address = loopbackAddress(server);
  if (address === undefined) return reached();
  const probe = net.connect(address);
  const accepted = new Set<number | undefined>();
  let over = false;
  const finish = () => {
    if (over) return;
    over = true;
    clearTimeout(timer);
    server.off("connection", onConnection);
    probe.destroy();
    reached();
  };
  // The two ends of the probe report in either order.
  const onConnection = (socket: net.Socket) => {
    accepted.add(socket.remotePort);
    if (socket.remotePort === probe.localPort) finish();
  };
  const onConnected = () => {
    if (accepted.has(probe.localPort)) finish();
  };
  const timer = setTimeout(finish, queueTimeoutMs);
  server.on("connection", onConnection);
  probe.once("connect", onConnected).once("error", finish).once("close", finish);
}

function closeOnlyListener(server: Server): void {
  let closed = false;
  server.once("close", () => {
    closed = true;
  });
  net.Server.prototype.close.call(server);
  // The app's own shutdown closes the server again and must not be told, as Node
  // would, that it was not running: many apps exit with 1 on that error.
  server.close = function close(callback?: (error?: Error) => void): Server {
    server.closeIdleConnections();
    if (callback !== undefined) {
      if (closed) process.nextTick(callback);
      else server.once("close", () => callback());
    }
    return server;
  };
}
