// Ending processes for certain, tried on real ones.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { endGroup } from "./end-group.ts";
import { Journal, membersOf } from "./journal.ts";
import { endLeftovers } from "./leftovers.ts";
import { livingProcesses, processInfo } from "./procfs.ts";
import { spawnLogged } from "./spawn.ts";

const term = { signal: "SIGTERM", to: "group", timeoutMs: 300 } as const;

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "spillway-processes-"));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

/** A shell script as leader of its own group, once it has written `up`. */
async function start(script: string): Promise<{ pid: number; startTicks: number }> {
  const child = spawnLogged({ file: "/bin/sh", args: ["-c", script], cwd: "/" }, join(folder(), "log"));
  const pid = child.pid!;
  await sleep(150);
  return { pid, startTicks: processInfo(pid)!.startTicks };
}

const members = (group: { pid: number; startTicks: number }) => membersOf(group, livingProcesses());

test("a group that heeds its signal ends without being killed", async () => {
  const group = await start("sleep 60 & sleep 60; wait");
  expect(members(group).length).toBeGreaterThanOrEqual(2);
  expect(await endGroup(group, term)).toBe(true);
  expect(members(group)).toEqual([]);
});

test("a group that ignores its signal is killed at the bound", async () => {
  const group = await start('trap "" TERM; sleep 60 & while :; do sleep 1; done');
  expect(await endGroup(group, term)).toBe(false);
  expect(members(group)).toEqual([]);
});

test("a member that outlived its killed leader is found by the journal and ended", async () => {
  const journal = new Journal(join(folder(), "journal"));
  const group = await start("sleep 60 & sleep 61; wait");
  journal.record("balancer", group.pid, term);
  process.kill(group.pid, "SIGKILL");
  await sleep(100);
  const orphans = members(group);
  expect(orphans.length).toBeGreaterThan(0);
  expect(orphans.map((one) => one.pid)).not.toContain(group.pid);
  expect(await endLeftovers(journal)).toEqual(["balancer"]);
  expect(members(group)).toEqual([]);
  expect(journal.living()).toEqual([]);
});

test("a process that got a recorded number later is left alone", async () => {
  const group = await start("sleep 60");
  const earlier = { pid: group.pid, startTicks: group.startTicks - 1 };
  expect(members(earlier)).toEqual([]);
  await endGroup(earlier, term);
  expect(members(group).length).toBeGreaterThan(0);
  await endGroup(group, term);
});
