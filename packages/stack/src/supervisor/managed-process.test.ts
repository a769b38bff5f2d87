// The life of one process, tried on small real ones.

import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Component } from "../components/component.ts";
import { StackFolder, makeStackFolder } from "../state/folder.ts";
import { Journal } from "../process/journal.ts";
import { ManagedProcess } from "./managed-process.ts";
import { processInfo } from "../process/procfs.ts";

interface Trial {
  process: ManagedProcess;
  states: string[];
  dir: string;
}

/** A process that runs `script` in a folder of its own and is ready when the file `ready` is there. */
function trial(script: string, more: Partial<Component> = {}): Trial {
  const dir = mkdtempSync(join(tmpdir(), "spillway-life-"));
  const folder = new StackFolder(dir);
  makeStackFolder(folder);
  const states: string[] = [];
  const component: Component = {
    name: "app-1",
    role: "app",
    port: 0,
    stop: { signal: "SIGTERM", to: "group", timeoutMs: 300 },
    health: { intervalMs: 50, timeoutMs: 50 },
    startTimeoutMs: 2_000,
    permanentFailures: [/Cannot find module/],
    prepare: async () => rmSync(join(dir, "ready"), { force: true }),
    command: () => ({ file: "/bin/sh", args: ["-c", script], cwd: dir }),
    probe: async () =>
      existsSync(join(dir, "ready")) ? { state: "ready" } : { state: "unready", reason: "not there yet" },
    ...more,
  };
  const process = new ManagedProcess(component, {
    folder,
    journal: new Journal(folder.journal),
    redact: (text) => text.replaceAll("hunter2", "***"),
    onState: (one) => states.push(one.state),
  });
  onTestFinished(async () => {
    await process.stop();
    rmSync(dir, { recursive: true });
  });
  return { process, states, dir };
}

const runs = "touch ready; exec sleep 60";

test("a process that ends after it was ready is started again, with a wait", async () => {
  const { process: one, states } = trial(runs);
  await one.start();
  const first = one.pid!;
  process.kill(first, "SIGKILL");
  await expect.poll(() => one.state === "ready" && one.pid !== first, { timeout: 3_000 }).toBe(true);
  expect(states).toEqual(["starting", "ready", "restarting", "starting", "ready"]);
  expect(one.restarts).toBe(1);
});

test("a crash whose log says that another start would end the same way is not retried", async () => {
  const { process: one, dir } = trial(
    "if [ -e broken ]; then echo \"Error: Cannot find module 'x'\"; exit 1; fi; touch ready; exec sleep 60",
  );
  await one.start();
  writeFileSync(join(dir, "broken"), "");
  process.kill(one.pid!, "SIGKILL");
  // The kill itself says nothing of a module: the one start that follows does.
  await expect.poll(() => one.state, { timeout: 3_000 }).toBe("failed");
  expect(one.reason).toBe("Error: Cannot find module 'x'");
  expect(one.restarts).toBe(1);
});

test("a start that ends is an error with its own last error line, without a password, and is not retried", async () => {
  const { process: one, states } = trial('echo "Error: wrong password hunter2" >&2; exit 3');
  await expect(one.start()).rejects.toMatchObject({
    code: "SPW_COMPONENT_EXITED",
    message: expect.stringContaining("app-1 ended before it was ready: exit code 3"),
    hint: "Error: wrong password ***",
  });
  expect(states).toEqual(["starting", "failed"]);
});

test("a start that never serves ends at its bound, and nothing is left running", async () => {
  const { process: one } = trial("sleep 61 & sleep 60", { startTimeoutMs: 300 });
  const started = one.start();
  await expect.poll(() => one.pid).toBeGreaterThan(0);
  const pid = one.pid!;
  await expect(started).rejects.toMatchObject({ code: "SPW_COMPONENT_NOT_READY", hint: "not there yet" });
  expect(processInfo(pid)?.state ?? "gone").toMatch(/gone|Z/);
});

test("a program that does not exist is told", async () => {
  const { process: one } = trial("", { command: () => ({ file: "/nowhere/at/all", args: [], cwd: "/" }) });
  await expect(one.start()).rejects.toMatchObject({
    code: "SPW_COMPONENT_EXITED",
    message: expect.stringContaining("spawn /nowhere/at/all ENOENT"),
  });
});

test("a stop while it starts calls the start off, without an error", async () => {
  const { process: one } = trial("sleep 60");
  const started = one.start();
  await expect.poll(() => one.pid).toBeGreaterThan(0);
  await one.stop();
  await started;
  expect(one.state).toBe("stopped");
  expect(one.pid).toBeUndefined();
});

test("a failed start is tried again when the component has mended its cause", async () => {
  let mended = 0;
  const { process: one } = trial('[ -e mended ] || { echo "broken"; exit 1; }; touch ready; exec sleep 60', {
    recover: async () => {
      writeFileSync(join(one.log, "../../../mended"), "");
      return mended++ === 0;
    },
  });
  await one.start();
  expect([one.state, mended]).toEqual(["ready", 1]);
});

test("a restart that was called off does not touch the process that was started instead", async () => {
  const { process: one } = trial(runs);
  await one.start();
  process.kill(one.pid!, "SIGKILL");
  await expect.poll(() => one.state, { interval: 1 }).toBe("restarting");
  await one.stop();
  await one.start();
  const { pid } = one;
  // Longer than the wait before the restart that was called off.
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect([one.pid, one.state, one.restarts]).toEqual([pid, "ready", 0]);
});
