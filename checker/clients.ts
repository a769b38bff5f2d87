// Clients of the processes under test: each does one thing after another, until the run ends.

import { setTimeout as sleep } from "node:timers/promises";
import type { Caller, Calls } from "./calls.ts";
import type { Fleet } from "./fleet.ts";
import type { Gate } from "./gate.ts";
import { forms, items, keyOf } from "./keys.ts";
import type { Worker } from "./process.ts";
import type { Random } from "./random.ts";
import type { Servers } from "./servers.ts";

/** Everything that a client of a run can reach. */
export interface Surrounds {
  servers: Servers;
  fleet: Fleet;
  calls: Calls;
  random: Random;
  gate: Gate;
}

/**
 * A session carries its token from answer to answer, to any process; a monotonic one asks for tokens of its reads too.
 * Who is sticky keeps to one process and carries nothing, and a stranger neither.
 */
type Habit = "session" | "monotonic" | "sticky" | "stranger" | "psql";

const habits: readonly Habit[] = [
  ...(["session", "session", "monotonic", "monotonic", "sticky", "sticky"] as const),
  ...(["stranger", "stranger", "psql"] as const),
];
/** Some items are asked for much more often than others, so that clients meet. */
const popular = 4;
const pauseMs = { least: 0, most: 12 } as const;

export function startClients(around: Surrounds): Promise<void>[] {
  return habits.map((habit, index) => runClient(around, habit, `${habit}-${index}`));
}

async function runClient(around: Surrounds, habit: Habit, name: string): Promise<void> {
  const isSession = habit === "session" || habit === "monotonic";
  const caller: Caller = isSession ? { name, session: name } : { name };
  let favourite: Worker | undefined;
  const { gate, random, fleet } = around;
  while (!gate.isOver) {
    await gate.pass(async () => {
      if (fleet.present.length === 0) return;
      if (habit !== "sticky" || !favourite?.isAlive || favourite.isHalted)
        favourite = random.of(fleet.present);
      await act(around, { habit, caller, worker: favourite });
    });
    await sleep(random.between(pauseMs.least, pauseMs.most) * (habit === "psql" ? 5 : 1));
  }
}

interface Actor {
  habit: Habit;
  caller: Caller;
  worker: Worker;
}

async function act({ servers, calls, random }: Surrounds, { habit, caller, worker }: Actor): Promise<void> {
  const item = random.isLikely(0.7) ? random.below(popular) : random.below(items);
  if (habit === "psql") return void (await calls.writeInPsql(servers, caller, item));
  const writes = habit === "monotonic" ? 0.05 : 0.2;
  if (random.isLikely(writes)) return void (await calls.write(worker, caller, item));
  const tier = random.isLikely(0.2) ? "redis" : "memory";
  const scoped = caller.session !== undefined || random.isLikely(0.8);
  const key = keyOf(random.of(forms), item);
  const inTransaction = random.isLikely(0.02) && scoped;
  await calls.read(worker, caller, { key, tier, scoped, inTransaction, monotonic: habit === "monotonic" });
}
