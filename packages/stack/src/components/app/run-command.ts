// Runs one of the app's own commands to its end: a build, a migration.

import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "../../process/command.ts";
import { killGroup } from "../../process/end-group.ts";
import type { Journal } from "../../process/journal.ts";
import { rotate, sizeOf, textSince } from "../../process/log-tail.ts";
import { processInfo } from "../../process/procfs.ts";
import { describeExit, spawnLogged } from "../../process/spawn.ts";

export interface FinishedCommand {
  ok: boolean;
  /** `exit code 1`, `killed by SIGKILL`. */
  how: string;
  /** The end of what it wrote. */
  output: string;
}

export interface CommandRun {
  name: string;
  command: Command;
  log: string;
  journal: Journal;
  signal: AbortSignal;
  /** Told of the output as it grows. */
  onOutput?: (text: string) => void;
}

const pollMs = 200;
const stop = { signal: "SIGTERM", to: "group", timeoutMs: 2_000 } as const;

export async function runCommand({
  name,
  command,
  log,
  journal,
  signal,
  onOutput,
}: CommandRun): Promise<FinishedCommand> {
  rotate(log);
  const offset = sizeOf(log);
  const child = spawnLogged(command, log);
  const ended = new Promise<{ ok: boolean; how: string }>((resolve) => {
    child.once("error", (error) => resolve({ ok: false, how: error.message }));
    child.once("exit", (code, by) => resolve({ ok: code === 0, how: describeExit(code, by) }));
  });
  const { pid } = child;
  if (pid === undefined) return { ...(await ended), output: "" };
  journal.record(name, pid, stop);
  const group = { pid, startTicks: processInfo(pid)?.startTicks ?? 0 };
  const onAbort = (): void => void killGroup(group);
  signal.addEventListener("abort", onAbort, { once: true });
  const result = await followed(ended, () => onOutput?.(textSince(log, offset)));
  signal.removeEventListener("abort", onAbort);
  return { ...result, output: textSince(log, offset) };
}

async function followed<T>(ended: Promise<T>, look: () => void): Promise<T> {
  for (;;) {
    const result = await Promise.race([ended.then((value) => ({ value })), sleep(pollMs, undefined)]);
    look();
    if (result !== undefined) return result.value;
  }
}
