// One supervisor per stack: the lock file names it by pid and start time, so a stale one is known for stale.

import { linkSync, rmSync, writeFileSync } from "node:fs";
import { bootId, isAlive, processInfo } from "../process/procfs.ts";
import { readIfPresent } from "./files.ts";
import type { StackFolder } from "./folder.ts";

export interface LockHolder {
  pid: number;
  startTicks: number;
  boot: string;
  /** The folder of the control socket. */
  runtime: string;
}

/** The living supervisor of this stack, or undefined. */
export function lockHolder(folder: StackFolder): LockHolder | undefined {
  const text = readIfPresent(folder.lock);
  if (text === undefined) return undefined;
  try {
    const holder = JSON.parse(text) as LockHolder;
    return holder.boot === bootId() && isAlive(holder) ? holder : undefined;
  } catch {
    return undefined;
  }
}

/** Takes the lock for this process; returns the one who has it instead, when there is one. */
export function takeLock(folder: StackFolder, runtime: string): LockHolder | undefined {
  const mine: LockHolder = {
    pid: process.pid,
    startTicks: processInfo(process.pid)?.startTicks ?? 0,
    boot: bootId(),
    runtime,
  };
  const draft = `${folder.lock}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(mine));
  try {
    // link(2) fails when the name exists: of two that race, one wins, and the file is whole from the start.
    for (let attempt = 0; attempt < 3; attempt++) {
      const holder = lockHolder(folder);
      if (holder !== undefined) return holder;
      rmSync(folder.lock, { force: true });
      try {
        linkSync(draft, folder.lock);
        return undefined;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
    }
    return lockHolder(folder);
  } finally {
    rmSync(draft, { force: true });
  }
}

export function releaseLock(folder: StackFolder): void {
  rmSync(folder.lock, { force: true });
}
