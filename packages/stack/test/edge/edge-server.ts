// The real edge as the supervisor runs it, before an origin; or before a real balancer with the origin behind it.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeBalancer } from "../../src/components/all.ts";
import type { StackContext } from "../../src/components/context.ts";
import { varnishComponent } from "../../src/components/varnish.ts";
import { merge } from "../../src/config/merge.ts";
import type { BalancerEngine } from "../../src/config/types.ts";
import { Journal } from "../../src/process/journal.ts";
import {
  StackFolder,
  isRoot,
  makeRuntimeFolder,
  makeStackFolder,
  systemFolder,
} from "../../src/state/folder.ts";
import { type Secrets, ensureSecrets } from "../../src/state/secrets.ts";
import { newState } from "../../src/state/state.ts";
import { ManagedProcess } from "../../src/supervisor/managed-process.ts";
import { findPorts } from "../../src/supervisor/ports.ts";
import { drawTopology, nodeNamed, portRequests } from "../../src/topology/topology.ts";
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
  const context = await makeContext(dir, engine);
  const { topology } = context;
  const origin = new Origin();
  const processes: ManagedProcess[] = [];
  const surroundings = {
    folder: context.folder,
    journal: new Journal(context.folder.journal),
    onState: () => undefined,
    redact: (text: string) => text,
  };
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
      for (const path of [dir, context.runtime, ...(isRoot ? [systemFolder(context.id)] : [])])
        rmSync(path, { recursive: true, force: true });
    },
  };
}

async function makeContext(dir: string, engine: BalancerEngine = "haproxy"): Promise<StackContext> {
  const folder = new StackFolder(dir);
  makeStackFolder(folder);
  const config = { name: "edge", edge: { instances: 1 }, balancer: { engine } };
  const { settings } = merge([{ source: "file", config }]);
  const { id } = newState(dir);
  const topology = drawTopology(settings, await findPorts(portRequests(settings), {}));
  return { id, folder, runtime: makeRuntimeFolder(id), settings, topology, secrets: ensureSecrets(folder) };
}
