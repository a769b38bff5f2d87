// The real edge as the supervisor runs it, before an origin; or before a real balancer with the origin behind it.

import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { quietSurroundings, removeStack, stackContext } from "../../../../testing/stack-context.ts";
import { makeBalancer } from "../../src/components/all.ts";
import { varnishComponent } from "../../src/components/varnish.ts";
import type { BalancerEngine } from "../../src/config/types.ts";
import type { Secrets } from "../../src/state/secrets.ts";
import { ManagedProcess } from "../../src/supervisor/managed-process.ts";
import { nodeNamed } from "../../src/topology/topology.ts";
import { until } from "../helpers/until.ts";
import { type Answer, type Asking, ask } from "./ask.ts";
import { Origin } from "./origin.ts";

export interface EdgeServer {
  origin: Origin;
  secrets: Secrets;
  /** Where visitors come, where stored objects are, and where the purger speaks. */
  ports: { web: number; cdn: number; control: number };
  /** A request to the address where visitors come. */
  ask(path: string, asking?: Asking): Promise<Answer>;
  /** One to the address of the stored objects. */
  askForObject(path: string, asking?: Asking): Promise<Answer>;
  stop(): Promise<void>;
}

/** Starts an app that listens on this port. */
type StartApp = (port: number) => Promise<void>;

/** With `engine`, that balancer stands between the edge and the origin, or an app that takes the origin's place. */
export async function startEdge(engine?: BalancerEngine, startApp?: StartApp): Promise<EdgeServer> {
  const dir = mkdtempSync(join(tmpdir(), "spillway-edge-"));
  const context = await stackContext(dir, {
    name: "edge",
    edge: { instances: 1 },
    balancer: { engine: engine ?? "haproxy" },
  });
  const { topology } = context;
  const origin = new Origin();
  const processes: ManagedProcess[] = [];
  const surroundings = quietSurroundings(context);
  await origin.listen(nodeNamed(topology, "storage").ports["main"]!);
  if (engine === undefined) {
    for (const port of Object.values(nodeNamed(topology, "balancer").ports)) await origin.listen(port);
  } else {
    await (startApp ?? ((port) => origin.listen(port)))(nodeNamed(topology, "app-1").ports["main"]!);
    const component = makeBalancer(context);
    processes.push(new ManagedProcess(component, surroundings));
    await processes[0]!.start();
    await component.admit("app-1");
  }
  const edge = new ManagedProcess(varnishComponent(context, "edge-1"), surroundings);
  await edge.start();
  const { main: web = 0, cdn = 0, control = 0 } = nodeNamed(topology, "edge-1").ports;
  await until(async () => (await ask(web, "/is-there")).status === 200, {
    what: "an answer through the edge",
    timeoutMs: 20_000,
  });
  return {
    origin,
    secrets: context.secrets,
    ports: { web, cdn, control },
    ask: (path, asking) => ask(web, path, asking),
    askForObject: (path, asking) => ask(cdn, path, asking),
    async stop() {
      await Promise.all([edge, ...processes].map((one) => one.stop()));
      await origin.close();
      removeStack(dir, context);
    },
  };
}
