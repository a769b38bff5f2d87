// How long the whole architecture takes to start and to stop, and what its supervisor costs, on the store.
// Warm: installed, built and seeded. Each run is a command as a user types it, timed from outside.

import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { refuseIfUp, spillway } from "./store/command.ts";

const runs = 5;
/** Long enough for start-up's garbage to be collected. */
const idleMs = 10_000;

export async function run(): Promise<Record<string, number>> {
  refuseIfUp();
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
