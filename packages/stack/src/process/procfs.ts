// What the kernel tells of processes and sockets: proc(5). Everything here only reads.

import { readFileSync, readdirSync, readlinkSync } from "node:fs";
import { basename } from "node:path";

export interface ProcessInfo {
  pid: number;
  parent: number;
  group: number;
  session: number;
  /** `Z` for one that has ended and waits for its parent. */
  state: string;
  /** Clock ticks from boot to its start: with the pid, the identity of a process. */
  startTicks: number;
}

/** One process, or undefined when it is gone. */
export function processInfo(pid: number): ProcessInfo | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return undefined;
  }
  // The name is in parentheses and may hold spaces and parentheses itself.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return {
    pid,
    state: fields[0]!,
    parent: Number(fields[1]),
    group: Number(fields[2]),
    session: Number(fields[3]),
    startTicks: Number(fields[19]),
  };
}

/** Whether this very process still runs; one that only waits to be collected by its parent does not. */
export function isAlive({ pid, startTicks }: Pick<ProcessInfo, "pid" | "startTicks">): boolean {
  const found = processInfo(pid);
  return found?.startTicks === startTicks && found.state !== "Z";
}

/** Every living process that can be seen; zombies are left out. */
export function livingProcesses(): ProcessInfo[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => processInfo(Number(name)))
    .filter((info) => info !== undefined && info.state !== "Z" && info.state !== "X") as ProcessInfo[];
}

/** Differs after every boot, when pids and start times begin anew. */
export function bootId(): string {
  return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
}

// Node names its main thread in `comm`; the program's file is what a user knows it by.
function commandName(pid: number): string | undefined {
  const program = link(`/proc/${pid}/exe`);
  if (program !== undefined) return basename(program.replace(/ \(deleted\)$/, ""));
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
  } catch {
    return undefined;
  }
}

/**
 * Memory in mebibytes of a process and all below it. Each shared page counts for its part (Pss in proc(5)):
 * the sum of resident sizes would count PostgreSQL's shared buffers once per connection.
 */
export function memoryMb(pid: number, processes: readonly ProcessInfo[]): number {
  const family = new Set([pid]);
  for (let size = 0; size !== family.size;) {
    size = family.size;
    for (const one of processes) if (family.has(one.parent) || one.group === pid) family.add(one.pid);
  }
  let kilobytes = 0;
  for (const member of family) kilobytes += proportionalKb(member);
  return Math.round(kilobytes / 1024);
}

function proportionalKb(pid: number): number {
  try {
    return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1] ?? 0);
  } catch {
    // It has ended meanwhile, or runs as another user.
    return 0;
  }
}

/** Who listens on a TCP port, as far as this user may see: `nginx (pid 123)`. */
export function listenerOf(port: number): string {
  const sockets = ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((table) => listeningSockets(table, port));
  for (const { inode } of sockets) {
    const pid = ownerOfSocket(inode);
    if (pid !== undefined) return `${commandName(pid) ?? "a process"} (pid ${pid})`;
  }
  return sockets.length === 0 ? "another process" : `a process of user ${sockets[0]!.uid}`;
}

function listeningSockets(table: string, port: number): { inode: string; uid: string }[] {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  let text: string;
  try {
    text = readFileSync(table, "utf8");
  } catch {
    return [];
  }
  const listening = "0A";
  return text
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(wanted) === true && fields[3] === listening)
    .map((fields) => ({ uid: fields[7]!, inode: fields[9]! }));
}

function ownerOfSocket(inode: string): number | undefined {
  const wanted = `socket:[${inode}]`;
  return livingProcesses().find(({ pid }) => {
    try {
      return readdirSync(`/proc/${pid}/fd`).some((fd) => link(`/proc/${pid}/fd/${fd}`) === wanted);
    } catch {
      return false;
    }
  })?.pid;
}

function link(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
