// A balancer and its servers as the supervisor runs them, without the tiers before and behind.

import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { quietSurroundings, removeStack, stackContext } from "../../../../testing/stack-context.ts";
import { makeBalancer, makeComponent } from "../../src/components/all.ts";
import type { BalancerEngine } from "../../src/config/types.ts";
import { Fleet } from "../../src/supervisor/fleet.ts";
import { watchHealth } from "../../src/supervisor/health.ts";
import { ManagedProcess } from "../../src/supervisor/managed-process.ts";
import { nodesOf } from "../../src/topology/topology.ts";

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
  const context = await stackContext(dir, {
    name: "contract",
    app: {
      start: `node "${app}"`,
      maxInstances: 6,
      drainTimeoutMs: 10_000,
      env: { EXECUTIONS: executions },
    },
    balancer: { engine },
  });
  const halt = new AbortController();
  const balancerComponent = makeBalancer(context);
  const surroundings = {
    ...quietSurroundings(context),
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
      removeStack(dir, context);
    },
  };
}
