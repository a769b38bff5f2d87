// The purger as the stack runs it: a process of its own.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { EdgeFleet } from "../../testing/edge-fleet.ts";
import { freePort } from "../../testing/free-port.ts";
import type { PurgedEdge } from "../../packages/stack/src/components/purger/component.ts";

export async function startPurgerProcess(fleet: EdgeFleet, redis: string): Promise<() => Promise<void>> {
  const edges = fleet.edges.map(({ name, control }): PurgedEdge => ({ name, port: control, work: "" }));
  const main = fileURLToPath(new URL("../../packages/stack/src/components/purger/main.ts", import.meta.url));
  const env = {
    ...process.env,
    PORT: String(await freePort()),
    EDGES: JSON.stringify(edges),
    PURGE_SECRET: fleet.purgeSecret,
    REDIS_URL: redis,
  };
  const child = spawn(process.execPath, [main], { env, stdio: "inherit" });
  const ended = once(child, "exit");
  return async () => {
    child.kill("SIGTERM");
    await ended;
  };
}
