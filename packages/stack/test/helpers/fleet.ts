// A balancer and its servers as the supervisor runs them, without the tiers before and behind.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeBalancer, makeComponent } from "../../src/components/all.ts";
import type { StackContext } from "../../src/components/context.ts";
import { merge } from "../../src/config/merge.ts";
import type { BalancerEngine } from "../../src/config/types.ts";
import { StackFolder, makeRuntimeFolder, makeStackFolder } from "../../src/state/folder.ts";
import { ensureSecrets } from "../../src/state/secrets.ts";
import { newState } from "../../src/state/state.ts";
import { Fleet } from "../../src/supervisor/fleet.ts";
import { watchHealth } from "../../src/supervisor/health.ts";
import { Journal } from "../../src/process/journal.ts";
import { ManagedProcess } from "../../src/supervisor/managed-process.ts";
import { findPorts } from "../../src/supervisor/ports.ts";
import { drawTopology, nodesOf, portRequests } from "../../src/topology/topology.ts";

const app = fileURLToPath(new URL("../fixtures/contract-app.ts", import.meta.url));

export interface TestFleet {
  fleet: Fleet;
  /** Where clients connect. */
  port: number;
  balancer: ManagedProcess;
  server(name: string): ManagedProcess;
  /** What the servers recorded of executed requests. */
  executions: string;
  stop(): Promise<void>;
}

export async function startFleet(engine: BalancerEngine, instances: number): Promise<TestFleet> {
  const dir = mkdtempSync(join(tmpdir(), "spillway-fleet-"));
  const executions = join(dir, "executions");
  const context = await makeContext(dir, engine, executions);
  const journal = new Journal(context.folder.journal);
  const halt = new AbortController();
  const balancerComponent = makeBalancer(context);
  const surroundings = {
    folder: context.folder,
    journal,
    redact: (text: string) => text,
    onState: (one: ManagedProcess, before: ManagedProcess["state"]) => {
      if (one.component.role === "app") void fleet.follow(one, before);
    },
  };
  const slots = nodesOf(context.topology, "app").map(
    (node) => new ManagedProcess(makeComponent(context, node), surroundings),
  );
  const balancer = new ManagedProcess(balancerComponent, surroundings);
  const fleet = new Fleet(slots, balancerComponent);
  await balancer.start();
  await fleet.resize(instances);
  for (const one of [...slots, balancer]) {
    void watchHealth(one, {
      signal: halt.signal,
      mayReplace: (slot) => slot === balancer || fleet.mayReplace(slot),
    });
  }
  return {
    fleet,
    balancer,
    executions,
    port: balancerComponent.port,
    server: (name) => slots.find((slot) => slot.component.name === name)!,
    async stop() {
      halt.abort();
      const stopping = balancer.stop();
      await fleet.stopAll();
      await stopping;
      rmSync(context.runtime, { recursive: true, force: true });
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function makeContext(dir: string, engine: BalancerEngine, executions: string): Promise<StackContext> {
  const folder = new StackFolder(dir);
  makeStackFolder(folder);
  const { settings } = merge([
    {
      source: "file",
      config: {
        name: "contract",
        app: {
          start: `node "${app}"`,
          maxInstances: 6,
          drainTimeoutMs: 10_000,
          env: { EXECUTIONS: executions },
        },
        balancer: { engine },
      },
    },
  ]);
  const { id } = newState(dir);
  const ports = await findPorts(portRequests(settings), {});
  const topology = drawTopology(settings, ports);
  return { id, folder, runtime: makeRuntimeFolder(id), settings, topology, secrets: ensureSecrets(folder) };
}
