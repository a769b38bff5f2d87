// What an operation costs, in CPU time of this process: while others use the machine too, that is steadier than the
// clock on the wall. It leaves out what Redis spends. Only ratios of slices of the same round count.

import { setImmediate as turn } from "node:timers/promises";
import type { Round } from "../database/race.ts";

/** One way to do the work that is compared. */
export interface Contestant {
  name: string;
  work: (turn: number) => Promise<unknown>;
  /** Runs a slice of it, as in a scope. */
  around?: <T>(slice: () => T) => T;
}

export interface Race {
  rounds: number;
  sliceMs: number;
  concurrency: number;
  /** Operations in one turn of the event loop, where none of them waits for Redis. */
  perTurn?: number;
}

/** CPU microseconds of an operation of each. All take turns in short slices, each round in the opposite order. */
export async function race(contestants: readonly Contestant[], settings: Race): Promise<Round[]> {
  const results: Round[] = [];
  // The first two rounds, in which code is compiled, do not count.
  for (let index = -2; index < settings.rounds; index++) {
    const round: Record<string, number> = {};
    const order = index % 2 === 0 ? contestants : contestants.toReversed();
    for (const one of order) {
      const { around = (work) => work() } = one;
      const { cpu, clock } = await around(() => slice(one, settings));
      round[one.name] = cpu;
      round[byClock(one.name)] = clock;
    }
    if (index >= 0) results.push(round);
  }
  return results;
}

/** The name under which a round has the microseconds by the clock on the wall: what Redis spends is in them. */
export function byClock(name: string): string {
  return `${name} by the clock`;
}

interface Spent {
  cpu: number;
  clock: number;
}

async function slice({ work }: Contestant, { sliceMs, concurrency, perTurn }: Race): Promise<Spent> {
  const began = performance.now();
  const end = began + sliceMs;
  const before = process.cpuUsage();
  let done = 0;
  const loop = async (): Promise<void> => {
    while (performance.now() < end) {
      for (let left = perTurn ?? 1; left > 0; left--) await work(done++);
      if (perTurn !== undefined) await turn();
    }
  };
  await Promise.all(Array.from({ length: concurrency }, loop));
  const { user, system } = process.cpuUsage(before);
  return { cpu: (user + system) / done, clock: (1_000 * (performance.now() - began)) / done };
}

/** So many make large writes to Redis, of many commands each: no figure is taken then. */
const fillConcurrency = 500;

/** Runs `work` for 0 to `count` - 1, so many at a time. */
export async function forEach(
  count: number,
  work: (index: number) => Promise<unknown>,
  atOnce: number = fillConcurrency,
): Promise<void> {
  let next = 0;
  const loop = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, loop));
}

export async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** The value below which that share of all lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
}

/** For whoever waits. */
export function progress(text: string): void {
  process.stderr.write(`${text}\n`);
}
