// A PostgreSQL server as the kernel sees it: the postmaster and its children. Each child leads a session of
// its own, so a process group does not hold them together; their parent does.

import { readFileSync } from "node:fs";
import { waitUntil } from "../packages/spillway/test/wait.ts";
import {
  type ProcessInfo,
  isAlive,
  livingProcesses,
  processInfo,
} from "../packages/stack/src/process/procfs.ts";

/** The postmaster, then its children. */
export function familyOf(postmaster: number): ProcessInfo[] {
  const living = livingProcesses();
  return [
    ...living.filter(({ pid }) => pid === postmaster),
    ...living.filter(({ parent }) => parent === postmaster),
  ];
}

/** The postmasters whose data lies below a folder. */
export function postmastersBelow(folder: string): number[] {
  return livingProcesses()
    .map(({ pid }) => pid)
    .filter((pid) => commandLine(pid).includes(`\0-D\0${folder}/`));
}

/** Halts every process of a server: connections stay open, and nothing answers on them. */
export async function freezeFamily(postmaster: number): Promise<void> {
  // The postmaster first, so that no child is born after they were listed.
  await halt(postmaster);
  for (const { pid } of familyOf(postmaster).slice(1)) await halt(pid);
}

export function thawFamily(postmaster: number): void {
  for (const { pid } of familyOf(postmaster).toReversed()) signal(pid, "SIGCONT");
}

/** Ends every process of a server at once, as a power cut would, and waits until they are gone. */
export async function killFamily(postmaster: number): Promise<void> {
  signal(postmaster, "SIGSTOP");
  const family = familyOf(postmaster);
  for (const { pid } of family) signal(pid, "SIGKILL");
  await waitUntil(() => !family.some(isAlive), `the processes of server ${postmaster} to be gone`);
}

async function halt(pid: number): Promise<void> {
  signal(pid, "SIGSTOP");
  await waitUntil(() => ["T", undefined].includes(processInfo(pid)?.state), `process ${pid} to be halted`);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}
