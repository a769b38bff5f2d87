// Real edges with our VCL before an origin of the test's own, in place of balancer and storage.

import { mkdtempSync } from "node:fs";
import { type Server, createServer, type RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { varnishComponent } from "../packages/stack/src/components/varnish.ts";
import { ManagedProcess } from "../packages/stack/src/supervisor/managed-process.ts";
import { nodeNamed } from "../packages/stack/src/topology/topology.ts";
import { quietSurroundings, removeStack, stackContext } from "./stack-context.ts";

export interface Edge {
  name: string;
  /** Where visitors ask. */
  web: number;
  cdn: number;
  control: number;
  process: ManagedProcess;
}

export interface EdgeFleet {
  edges: Edge[];
  purgeSecret: string;
  /** Of the edges and the origin. */
  close: () => Promise<void>;
}

export interface EdgeFleetOptions {
  count: number;
  memoryMb?: number;
  /** Answers what the edges ask the balancer and the storage. */
  origin: RequestListener;
}

/** `apt-get install varnish varnish-modules` brings the programs. */
export async function startEdges({ count, memoryMb = 64, origin }: EdgeFleetOptions): Promise<EdgeFleet> {
  const dir = mkdtempSync(join(tmpdir(), "spillway-edges-"));
  const context = await stackContext(dir, {
    name: "edges",
    edge: { instances: count, memoryMb },
    app: { maxInstances: 1 },
  });
  const { topology, secrets } = context;
  const { main, once } = nodeNamed(topology, "balancer").ports;
  const ports = [main!, once!, nodeNamed(topology, "storage").ports["main"]!];
  const servers = await Promise.all(ports.map((port) => listening(origin, port)));
  const quiet = quietSurroundings(context);
  const edges = Array.from({ length: count }, (_, index): Edge => {
    const name = `edge-${index + 1}`;
    const { main: web = 0, cdn = 0, control = 0 } = nodeNamed(topology, name).ports;
    return { name, web, cdn, control, process: new ManagedProcess(varnishComponent(context, name), quiet) };
  });
  await Promise.all(edges.map((edge) => edge.process.start()));
  return {
    edges,
    purgeSecret: secrets.purge,
    async close() {
      await Promise.all(edges.map((edge) => edge.process.stop()));
      for (const server of servers) server.close();
      for (const server of servers) server.closeAllConnections();
      removeStack(dir, context);
    },
  };
}

/** The edges ask the balancer for a sign of life. */
function listening(origin: RequestListener, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.url?.startsWith("/__spillway")) response.end("ok");
    else origin(request, response);
  });
  return new Promise((resolve) => server.listen(port, "127.0.0.1", () => resolve(server)));
}
