import { callSupervisor } from "../control/client.ts";
import { controlPaths } from "../control/protocol.ts";
import { SpillwayError } from "../errors.ts";
import { existsSync } from "node:fs";
import { StackFolder } from "../state/folder.ts";
import { lockHolder } from "../state/lock.ts";
import { type State, readState } from "../state/state.ts";
import { Journal } from "../process/journal.ts";
import type { ComponentStatus, StackStatus } from "../supervisor/status.ts";
import type { CliCommand } from "./command.ts";
import { json, line, paint, table } from "./output.ts";

export const status: CliCommand = {
  name: "status",
  summary: "show every process with role, state, port, uptime, memory and replication",
  options: {},
  async run({ dir, json: asJson }) {
    const folder = new StackFolder(dir);
    // First, since the lock in a copied folder names the supervisor of the original.
    const state = readState(folder);
    const found = lockHolder(folder) === undefined ? stopped(folder, state) : await ask(folder);
    if (asJson) json(found);
    else show(found);
    return 0;
  },
};

function ask(folder: StackFolder): Promise<StackStatus> {
  return callSupervisor<StackStatus>(folder, { method: "GET", path: controlPaths.status, timeoutMs: 10_000 });
}

/** A stack that ran before has its components still, all of them stopped. Throws SPW_NOT_RUNNING for none. */
function stopped(folder: StackFolder, state: State | undefined): StackStatus {
  if (state === undefined) throw new SpillwayError("SPW_NOT_RUNNING", { dir: folder.app });
  const living = existsSync(folder.journal) ? new Journal(folder.journal).living() : [];
  const leftovers = new Map(living.map(({ entry, members }) => [entry.name, members[0]!.pid]));
  const components = state.components.map(({ name, role }): ComponentStatus => {
    const port = state.ports[name] ?? 0;
    const pid = leftovers.get(name) ?? null;
    return {
      name,
      role,
      state: pid === null ? "stopped" : "orphaned",
      pid,
      port,
      uptimeSeconds: 0,
      memoryMb: 0,
      restarts: 0,
    };
  });
  const { name } = state;
  return {
    name,
    state: leftovers.size === 0 ? "stopped" : "orphaned",
    url: null,
    dir: folder.app,
    supervisor: null,
    components,
  };
}

function show({ name, state, url, supervisor, components }: StackStatus): void {
  line(`${paint("bold", name)}  ${colour(state)}${url === null ? "" : `  ${url}`}`);
  if (state === "stopped") {
    line("Start it with `spillway up`.");
    return;
  }
  if (state === "orphaned") {
    line(
      "Its supervisor was killed and its processes still run: `spillway down` ends them, and so does `spillway up`.",
    );
  }
  line();
  const head = ["NAME", "ROLE", "STATE", "PID", "PORT", "UPTIME", "MEMORY", "RESTARTS", ""];
  const rows = components.map((one) => [
    one.name,
    one.role,
    one.state,
    String(one.pid ?? "-"),
    String(one.port),
    uptime(one.uptimeSeconds),
    `${one.memoryMb} MB`,
    String(one.restarts),
    remark(one),
  ]);
  for (const text of table([head, ...rows]).split("\n")) line(text);
  if (supervisor !== null) line(`\nsupervisor  pid ${supervisor.pid}, ${supervisor.memoryMb} MB`);
}

function remark({ reason, replication, version, deployment }: ComponentStatus): string {
  if (reason !== undefined) return reason.split("\n")[0]!;
  if (replication !== undefined) {
    const { state, lagBytes } = replication as { state: string; lagBytes: number };
    return `${state}, ${lagBytes} bytes to replay`;
  }
  if (typeof deployment === "string") return `version ${deployment}`;
  return typeof version === "string" ? `Postgres ${version}` : "";
}

function colour(state: StackStatus["state"]): string {
  return paint(state === "ready" ? "green" : state === "stopped" ? "dim" : "yellow", state);
}

function uptime(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}
