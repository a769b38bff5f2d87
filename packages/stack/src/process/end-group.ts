// Ending a process group for certain: ask, wait until the group is empty, kill what is left.

import { setTimeout as sleep } from "node:timers/promises";
import type { StopPolicy } from "./command.ts";
import { type GroupIdentity, membersOf } from "./journal.ts";
import { livingProcesses } from "./procfs.ts";

const pollMs = 20;
/** Reading all of /proc costs milliseconds, so it is asked at every fifth poll only. */
const exactEvery = 5;
/** A killed process is gone at once, unless the kernel is busy for it (a write to a slow disk). */
const killedWithinMs = 5_000;

/** Asks a group to end by its stop policy and kills what remains. True if nothing had to be killed. */
export async function endGroup(group: GroupIdentity, stop: StopPolicy): Promise<boolean> {
  const members = living(group);
  const leader = members.find((one) => one.pid === group.pid);
  if (stop.to === "leader" && leader !== undefined) send(leader.pid, stop.signal);
  else signalMembers(group, stop.signal);
  if (await emptyWithin(group, stop.timeoutMs)) return true;
  await killGroup(group);
  return false;
}

export async function killGroup(group: GroupIdentity): Promise<void> {
  signalMembers(group, "SIGKILL");
  await emptyWithin(group, killedWithinMs);
}

function living(group: GroupIdentity): { pid: number }[] {
  return membersOf(group, livingProcesses());
}

async function emptyWithin(group: GroupIdentity, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  for (let poll = 1; hasMembers(group.pid); poll++) {
    // A zombie that nobody waits for still answers signal 0 (kill(2)).
    if (poll % exactEvery === 0 && living(group).length === 0) return true;
    if (Date.now() > deadline) return false;
    await sleep(pollMs);
  }
  return true;
}

function hasMembers(pid: number): boolean {
  return send(-pid, 0);
}

// Each member is checked and signalled by its own pid: a group number may have found a new owner.
function signalMembers(group: GroupIdentity, signal: NodeJS.Signals): void {
  for (const member of living(group)) send(member.pid, signal);
}

function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}
