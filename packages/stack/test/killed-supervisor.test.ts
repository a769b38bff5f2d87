// A supervisor that was killed leaves its processes running: they are found and ended.

import { expect, test } from "vitest";
import type { BalancerEngine } from "../src/config/types.ts";
import type { ProcessInfo } from "../src/process/procfs.ts";
import { neutral } from "./helpers/neutral.ts";
import { isAlive } from "../src/process/procfs.ts";
import { stackProcesses } from "./helpers/proc.ts";
import { type Project, project, small } from "./helpers/project.ts";
import { until } from "./helpers/until.ts";

/** Starts a stack, kills its supervisor and `also`; returns the processes that still live. */
async function orphan(
  it: Project,
  engine: BalancerEngine,
  also: readonly string[] = [],
): Promise<ProcessInfo[]> {
  await it.succeed(["up", "--detach", ...small, "--balancer", engine]);
  const { supervisor, components } = await it.status();
  const before = stackProcesses(it.dir);
  const killed = [
    supervisor!.pid,
    ...components.filter(({ name }) => also.includes(name)).map(({ pid }) => pid!),
  ];
  for (const pid of killed) process.kill(pid, "SIGKILL");
  const isGone = (): boolean => !before.some((one) => killed.includes(one.pid) && isAlive(one));
  await until(isGone, { what: "the killed to be gone", timeoutMs: 5_000 });
  return before.filter(isAlive);
}

test("status tells of orphans, and down ends every one", async () => {
  const it = project();
  const orphans = await orphan(it, "haproxy");
  expect(orphans.length).toBeGreaterThan(5);
  const status = await it.spillway(["status"]);
  expect(neutral(status.stdout, it.dir).split("\n").slice(0, 2)).toEqual([
    "shop  orphaned",
    "Its supervisor was killed and its processes still run: `spillway down` ends them, and so does `spillway up`.",
  ]);
  const { state, components, supervisor } = await it.status();
  expect({ state, supervisor }).toEqual({ state: "orphaned", supervisor: null });
  expect(components.map((one) => one.state)).toEqual(components.map(() => "orphaned"));

  const down = await it.spillway(["down"]);
  expect(down.stdout).toMatch(/^ended what a killed supervisor left behind: (?:[\w-]+, )+[\w-]+\n$/);
  expect({ code: down.code, stderr: down.stderr }).toEqual({ code: 0, stderr: "" });
  expect(orphans.filter(isAlive)).toEqual([]);
  expect((await it.status()).state).toBe("stopped");
});

test("up ends orphans before it starts anything", async () => {
  const it = project();
  const orphans = await orphan(it, "haproxy");
  const up = await it.succeed(["up", "--detach", ...small]);
  expect(up.stdout).toMatch(/^ {2}ended what an earlier run left behind: (?:[\w-]+, )+[\w-]+$/m);
  expect(orphans.filter(isAlive)).toEqual([]);
  expect((await it.status()).state).toBe("ready");
});

test("an nginx worker that outlives its killed master is ended as well", async () => {
  const it = project();
  const orphans = await orphan(it, "nginx", ["balancer"]);
  const { components } = await it.status();
  const balancer = components.find(({ name }) => name === "balancer")!;
  expect(balancer.state).toBe("orphaned");
  expect(orphans.map(({ pid }) => pid)).toContain(balancer.pid);

  await it.succeed(["down"]);
  expect(orphans.filter(isAlive)).toEqual([]);
});
