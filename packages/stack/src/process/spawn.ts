// Starts a command as leader of its own process group and session, with its output appended to its log.

import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import type { Command } from "./command.ts";

const inherited = ["PATH", "HOME", "LANG", "TZ"];

/**
 * The log is a file descriptor of the process itself, not a pipe through us: it goes on writing, and living,
 * when the supervisor is killed.
 */
export function spawnLogged(command: Command, log: string): ChildProcess {
  mkdirSync(dirname(log), { recursive: true });
  const output = openSync(log, "a");
  try {
    return spawn(command.file, [...command.args], {
      cwd: command.cwd,
      env: { ...baseEnvironment(), ...command.env },
      stdio: ["ignore", output, output],
      detached: true,
      ...(command.user === undefined ? {} : { uid: command.user.uid, gid: command.user.gid }),
    });
  } finally {
    closeSync(output);
  }
}

function baseEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    inherited.map((name) => [name, process.env[name]]).filter(([, value]) => value !== undefined),
  );
}

/** How a process ended, in words: `exit code 1`, `killed by SIGKILL`. */
export function describeExit(code: number | null, signal: NodeJS.Signals | null): string {
  return signal === null ? `exit code ${code ?? "unknown"}` : `killed by ${signal}`;
}
