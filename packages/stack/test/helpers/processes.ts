// The processes of a running stack, as the kernel knows them.

import { readFileSync } from "node:fs";
import { type ProcessInfo, isAlive, livingProcesses } from "../../src/process/procfs.ts";
import { commandLine } from "./proc.ts";
import type { Store } from "./store.ts";
import { until } from "./until.ts";

const recoveryMs = 20_000;

/** Kills or freezes a component's process, and resolves when another one has taken its place. */
export async function replaced(store: Store, name: string, signal: NodeJS.Signals): Promise<void> {
  const { pid } = await store.component(name);
  process.kill(pid!, signal);
  await successor(store, name, pid!);
}

/** Resolves when the component serves with a process other than `pid`. */
export async function successor(store: Store, name: string, pid: number): Promise<void> {
  await until(
    async () => {
      const now = await store.component(name);
      return now.state === "ready" && now.pid !== pid;
    },
    { what: `${name} to be back`, timeoutMs: recoveryMs },
  );
}

/** Every process of the stack: the supervisor, what it started, and what that started in turn. */
export async function processesOf(store: Store): Promise<ProcessInfo[]> {
  const { supervisor } = await store.status();
  const journal = readFileSync(store.file("supervisor/journal"), "utf8").trim().split("\n");
  const started = journal.map((line) => (JSON.parse(line) as { pid: number }).pid);
  const family = new Set([supervisor!.pid, ...started]);
  const living = livingProcesses();
  // Postgres and Varnish put their children into sessions of their own, so groups alone do not find them.
  for (let size = 0; size !== family.size;) {
    size = family.size;
    for (const one of living) if (family.has(one.parent) || family.has(one.group)) family.add(one.pid);
  }
  return living.filter(({ pid }) => family.has(pid));
}

/** Those of them that live still. A number alone proves nothing: pids are used again. */
export function stillLiving(processes: readonly ProcessInfo[]): ProcessInfo[] {
  return processes.filter(isAlive);
}

/** Processes of any origin that were started with a path of this stack. */
export function mentioning(path: string): string[] {
  return livingProcesses()
    .map(({ pid }) => commandLine(pid))
    .filter((line) => line.includes(path));
}
