// Finds a free port for each request: the one asked for, else last time's, else any.

import { createServer } from "node:net";
import { SpillwayError } from "../errors.ts";
import type { PortRequest } from "../topology/topology.ts";
import { claimPort, releasePort } from "./port-claim.ts";
import { listenerOf } from "../process/procfs.ts";

// Below the range from which the kernel takes the ports of outgoing connections (ip_local_port_range).
const range = { from: 20_000, to: 32_000 };

/**
 * Ports by key. `last` are those of the run before, kept where they are free, so that addresses stay the
 * same. Throws SPW_PORT_IN_USE for one that was asked for and is taken.
 */
export async function findPorts(
  requests: readonly PortRequest[],
  last: Readonly<Record<string, number>>,
): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  // What was asked for comes first, lest a chosen one take its place.
  for (const request of requests.filter((one) => one.required !== undefined)) {
    found[request.key] = await requirePort(request, Object.values(found));
  }
  for (const request of requests.filter((one) => one.required === undefined)) {
    const taken = new Set([...Object.values(found), ...others(last, request.key)]);
    found[request.key] = await choosePort(request, last[request.key], taken);
  }
  return found;
}

const others = (ports: Readonly<Record<string, number>>, key: string): number[] =>
  Object.entries(ports)
    .filter(([name]) => name !== key)
    .map(([, port]) => port);

async function requirePort(request: PortRequest, taken: readonly number[]): Promise<number> {
  const port = request.required!;
  const by = taken.includes(port) ? "another part of this stack" : undefined;
  if (by !== undefined || !(await isFree(port, request.host))) {
    throw new SpillwayError("SPW_PORT_IN_USE", { key: request.setting, port, by: by ?? listenerOf(port) });
  }
  return port;
}

async function choosePort(
  request: PortRequest,
  last: number | undefined,
  taken: ReadonlySet<number>,
): Promise<number> {
  const start = range.from + Math.floor(Math.random() * (range.to - range.from));
  const nearby = Array.from({ length: 20 }, (_, index) => (request.preferred ?? start) + index);
  const anywhere = Array.from({ length: 200 }, (_, index) => start + index);
  for (const port of [...(last === undefined ? [] : [last]), ...nearby, ...anywhere]) {
    if (!taken.has(port) && (await isFree(port, request.host))) return port;
  }
  throw new Error(`no free port between ${start} and ${start + 200}`);
}

/** Free, and claimed for this stack. */
async function isFree(port: number, host: string): Promise<boolean> {
  if (!(await claimPort(port))) return false;
  if (await canListen(port, host)) return true;
  releasePort(port);
  return false;
}

function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
