// What `status` shows: every process of the stack as it is now.

import { edgeUrl } from "../topology/topology.ts";
import type { ManagedProcess } from "./managed-process.ts";
import { type ProcessInfo, livingProcesses, memoryMb } from "../process/procfs.ts";
import type { Supervisor } from "./supervisor.ts";

export interface ComponentStatus {
  name: string;
  role: string;
  /** `ready` when it serves. */
  state: string;
  /** Why it is not ready, where that is known. */
  reason?: string;
  pid: number | null;
  port: number;
  uptimeSeconds: number;
  memoryMb: number;
  restarts: number;
  [detail: string]: unknown;
}

export interface StackStatus {
  name: string;
  /** `orphaned`: its supervisor was killed, and processes of it still run. */
  state: "starting" | "ready" | "degraded" | "stopped" | "orphaned";
  url: string | null;
  dir: string;
  supervisor: { pid: number; memoryMb: number } | null;
  components: ComponentStatus[];
}

export async function stackStatus(supervisor: Supervisor): Promise<StackStatus> {
  const { settings, topology, folder } = supervisor.context;
  const processes = livingProcesses();
  const components = await Promise.all(supervisor.members.map((one) => componentStatus(one, processes)));
  const allReady = components.every((one) => one.state === "ready");
  return {
    name: settings.name,
    state: !supervisor.isUp ? "starting" : allReady ? "ready" : "degraded",
    url: edgeUrl(settings, topology) ?? null,
    dir: folder.app,
    supervisor: {
      pid: process.pid,
      memoryMb: memoryMb(
        process.pid,
        processes.filter((one) => one.pid === process.pid),
      ),
    },
    components,
  };
}

async function componentStatus(
  one: ManagedProcess,
  processes: readonly ProcessInfo[],
): Promise<ComponentStatus> {
  const { component, state, pid } = one;
  // A database that does not answer still has a line of its own.
  const details = state === "ready" ? await component.describe?.().catch(() => ({})) : {};
  return {
    name: component.name,
    role: component.role,
    state,
    ...(one.reason === "" ? {} : { reason: one.reason }),
    pid: pid ?? null,
    port: component.port,
    uptimeSeconds: one.uptimeSeconds,
    memoryMb: pid === undefined ? 0 : memoryMb(pid, processes),
    restarts: one.restarts,
    ...details,
  };
}
