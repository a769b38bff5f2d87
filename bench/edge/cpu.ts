// The processor time of a server and of what it started, as the kernel counts it.

import { readFileSync } from "node:fs";
import { livingProcesses } from "../../packages/stack/src/process/procfs.ts";

/** Ticks of the kernel are a hundredth of a second on Linux (time(7), USER_HZ). */
const microsecondsPerTick = 10_000;

/** Microseconds that a process and its children have used so far. */
export function cpuMicroseconds(pid: number): number {
  const family = new Set([pid]);
  for (const one of livingProcesses()) if (family.has(one.parent)) family.add(one.pid);
  return [...family].reduce((sum, member) => sum + ticks(member) * microsecondsPerTick, 0);
}

function ticks(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The name before them may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return Number(fields[11]) + Number(fields[12]);
}
