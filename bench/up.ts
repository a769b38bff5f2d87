// How long the whole architecture takes to start and to stop, and what its supervisor costs, on the store.
// Warm: installed, built and seeded. Each run is a command as a user types it, timed from outside.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const command = fileURLToPath(new URL("../packages/stack/bin/spillway.js", import.meta.url));
const runs = 5;
/** Long enough for start-up's garbage to be collected. */
const idleMs = 10_000;

export async function run(): Promise<Record<string, number>> {
  if (spillway("status", "--json").includes('"supervisor":{'))
    throw new Error("the store is up: `npm run down` first");
  spillway("up", "--detach");
  spillway("down");
  const ready: number[] = [];
  const down: number[] = [];
  let rssMb = 0;
  for (let index = 0; index < runs; index++) {
    ready.push(seconds(() => spillway("up", "--detach")));
    try {
      if (index === 0) rssMb = await supervisorRssMb();
    } finally {
      down.push(seconds(() => spillway("down")));
    }
  }
  return {
    readySeconds: median(ready),
    readySecondsMost: Math.max(...ready),
    downSeconds: median(down),
    downSecondsMost: Math.max(...down),
    controlRssMb: rssMb,
    runs,
  };
}

function spillway(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], {
    cwd: root,
    encoding: "utf8",
  });
  if (status !== 0 && args[0] !== "status") throw new Error(`spillway ${args.join(" ")}: ${stderr}`);
  return stdout;
}

function seconds(work: () => void): number {
  const began = performance.now();
  work();
  return Math.round(performance.now() - began) / 1000;
}

async function supervisorRssMb(): Promise<number> {
  await sleep(idleMs);
  const { supervisor } = JSON.parse(spillway("status", "--json")) as { supervisor: { pid: number } };
  const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${supervisor.pid}/status`, "utf8"))?.[1];
  return Math.round(Number(kilobytes) / 1024);
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
