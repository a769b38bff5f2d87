// The journal of started processes, written the moment each is started. When a supervisor is killed, the
// next one reads here what was left running.

import { appendFileSync } from "node:fs";
import type { StopPolicy } from "./command.ts";
import { readIfPresent, writeAtomically } from "../state/files.ts";
import { type ProcessInfo, bootId, livingProcesses, processInfo } from "./procfs.ts";

/** One started process: the leader of a process group and of a session of its own. */
export interface JournalEntry {
  name: string;
  pid: number;
  startTicks: number;
  boot: string;
  stop: StopPolicy;
}

export class Journal {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** Records a process that was just started. Synchronous: a kill right after must find it written. */
  record(name: string, pid: number, stop: StopPolicy): void {
    const entry: JournalEntry = {
      name,
      pid,
      startTicks: processInfo(pid)?.startTicks ?? 0,
      boot: bootId(),
      stop,
    };
    appendFileSync(this.#file, `${JSON.stringify(entry)}\n`);
  }

  /** The entries of which something still runs. */
  living(): { entry: JournalEntry; members: ProcessInfo[] }[] {
    const processes = livingProcesses();
    const boot = bootId();
    return this.#entries()
      .filter((entry) => entry.boot === boot)
      .map((entry) => ({ entry, members: membersOf(entry, processes) }))
      .filter(({ members }) => members.length > 0);
  }

  clear(): void {
    writeAtomically(this.#file, "");
  }

  #entries(): JournalEntry[] {
    const lines = (readIfPresent(this.#file) ?? "").split("\n").filter((line) => line !== "");
    return lines.flatMap((line) => {
      try {
        return [JSON.parse(line) as JournalEntry];
      } catch {
        // The last line of a machine that lost power may be half written; its process is gone with it.
        return [];
      }
    });
  }
}

/** What tells a recorded group from another that got its number later. */
export type GroupIdentity = Pick<JournalEntry, "pid" | "startTicks">;

/**
 * The living members of a recorded group, each checked. A number alone proves nothing: pids are used again.
 * While its leader lives, the leader's start time decides. When it is gone (an nginx worker outlives its
 * killed master and keeps answering), a member must be of the leader's own session and younger than it; the
 * kernel gives the number to nobody else while a group or session of that number has a member.
 */
export function membersOf(group: GroupIdentity, processes: readonly ProcessInfo[]): ProcessInfo[] {
  const leader = processes.find((one) => one.pid === group.pid);
  if (leader !== undefined && leader.startTicks !== group.startTicks) return [];
  return processes.filter(
    (one) => one.group === group.pid && one.session === group.pid && one.startTicks >= group.startTicks,
  );
}
