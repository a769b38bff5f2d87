// A balancer and its servers as the supervisor runs them, without the tiers before and behind.

import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { quietSurroundings, removeStack, stackContext } from "../../../../testing/stack-context.ts";
import { makeBalancer, makeComponent } from "../../src/components/all.ts";
import type { BalancerEngine } from "../../src/config/types.ts";
import { watchHealth } from "../../src/supervisor/health.ts";
import { ManagedProcess } from "../../src/supervisor/managed-process.ts";
import { Rollout } from "../../src/supervisor/rollout.ts";
import { type Group, nodeNamed, nodesOf } from "../../src/topology/topology.ts";

const app = fileURLToPath(new URL("../fixtures/contract-app.ts", import.meta.url));

export interface TestFleet {
  rollout: Rollout;
  /** Where clients connect. */
  port: number;
  balancer: ManagedProcess;
  server(name: string): ManagedProcess;
  groupOf(server: string): Group;
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
      if (one.component.role === "app") void rollout.follow(one, before);
    },
  };
  const slots = nodesOf(context.topology, "app").map(
    (node) => new ManagedProcess(makeComponent(context, node), surroundings),
  );
  const balancer = new ManagedProcess(balancerComponent, surroundings);
  const rollout = new Rollout(context, slots, balancerComponent);
  await balancer.start();
  await rollout.begin(context.versions.blue, instances);
  for (const one of [...slots, balancer]) {
    void watchHealth(one, {
      signal: halt.signal,
      mayReplace: (slot) => slot === balancer || rollout.mayReplace(slot),
    });
  }
  return {
    rollout,
    balancer,
    executions,
    port: balancerComponent.port,
    groupOf: (server) => nodeNamed(context.topology, server).group!,
    server: (name) => slots.find((slot) => slot.component.name === name)!,
    async stop() {
      halt.abort();
      const stopping = balancer.stop();
      await rollout.stopAll();
      await stopping;
      removeStack(dir, context);
    },
  };
}
