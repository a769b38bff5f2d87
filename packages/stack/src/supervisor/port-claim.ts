// A claim on a TCP port that other stacks respect. A port is chosen a moment before its server listens on it,
// and Varnish shares a port with whoever listens there already (SO_REUSEPORT, socket(7)): two stacks that
// start together would both serve on one port, each getting half of the other's requests.

import { type Server, createServer } from "node:net";

const held = new Map<number, Server>();

/**
 * Claims a port until this process ends; false when another process has it. An abstract socket is the claim:
 * the kernel gives a name to one process only, per network namespace as it does with ports, and takes it back
 * when that process is killed (unix(7)).
 */
export function claimPort(port: number): Promise<boolean> {
  if (held.has(port) || process.platform !== "linux") return Promise.resolve(true);
  const server = createServer((socket) => socket.destroy()).unref();
  return new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(`\0spillway-port-${port}`, () => {
      held.set(port, server);
      resolve(true);
    });
  });
}

/** Gives up a claim on a port that turned out to be of no use. */
export function releasePort(port: number): void {
  held.get(port)?.close();
  held.delete(port);
}
