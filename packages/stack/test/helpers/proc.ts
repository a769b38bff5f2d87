// What the kernel knows of a project's processes, whatever the supervisor's own books say.

import { readFileSync, readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { type ProcessInfo, livingProcesses, processInfo } from "../../src/process/procfs.ts";
import { readIfPresent } from "../../src/state/files.ts";

const attempt = (read: () => string): string => {
  try {
    return read();
  } catch {
    return ""; // it ended meanwhile
  }
};

export const commandLine = (pid: number): string =>
  attempt(() => readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " "));

/**
 * The living processes of a stack: those that work in the project's folder or in one named by the stack's id,
 * or were started with a path in there, and all of their sessions.
 */
export function stackProcesses(dir: string): ProcessInfo[] {
  // As text: some tests damage the file.
  const state = readIfPresent(join(dir, ".spillway/state.json")) ?? "";
  const marks = [dir, ...(/"id": "([0-9a-f]{8})"/.exec(state)?.slice(1) ?? [])];
  const all = livingProcesses().filter(({ pid }) => pid !== process.pid);
  const own = all.filter(({ pid }) => {
    const told = `${commandLine(pid)} ${attempt(() => readlinkSync(`/proc/${pid}/cwd`))}`;
    return marks.some((mark) => told.includes(mark));
  });
  // A foreground command shares the session of the test runner.
  const mine = processInfo(process.pid)?.session;
  const sessions = new Set(own.map(({ session }) => session).filter((session) => session !== mine));
  return all.filter((one) => own.includes(one) || sessions.has(one.session));
}

/** The addresses that these processes listen on with TCP, as `127.0.0.1:5432`. */
export function listeningAddresses(pids: readonly number[]): string[] {
  const sockets = new Set(pids.flatMap(socketInodes));
  return ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((table) =>
    readFileSync(table, "utf8")
      .split("\n")
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === "0A" && sockets.has(fields[9]!))
      .map((fields) => readable(fields[1]!)),
  );
}

function socketInodes(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  const links = attempt(() => readdirSync(folder).join("\n"))
    .split("\n")
    .map((fd) => attempt(() => readlinkSync(join(folder, fd))));
  return links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []);
}

/** `0100007F:1F90` is 127.0.0.1:8080 (proc_net_tcp); an IPv6 address is left as it is. */
function readable(address: string): string {
  const [host = "", port = ""] = address.split(":");
  const bytes = Buffer.from(host, "hex");
  return `${bytes.length === 4 ? bytes.toReversed().join(".") : host}:${Number.parseInt(port, 16)}`;
}
