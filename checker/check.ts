// One run: clients write and read while faults come and go; now and then all comes to rest and is looked at.

import { setTimeout as sleep } from "node:timers/promises";
import { Calls } from "./calls.ts";
import { startClients } from "./clients.ts";
import { FaultPlan } from "./fault-plan.ts";
import type { Fault } from "./faults.ts";
import { startFleet } from "./fleet.ts";
import { Gate } from "./gate.ts";
import { History } from "./history.ts";
import { judge } from "./judge.ts";
import { Random } from "./random.ts";
import type { Outcome } from "./report.ts";
import { probe, settle } from "./rest.ts";
import type { Servers } from "./servers.ts";

export interface RunOptions {
  seconds: number;
  seed: number;
  faults: readonly Fault[];
  /** Comes at every third time after a rest, before the others. */
  rare?: Fault;
  /** A copy of the library's source in which something was changed. */
  source?: string;
}

const workers = 4;
/** Between two times at rest. */
const restEveryMs = 8_000;
const rareEvery = 3;

export async function check(servers: Servers, options: RunOptions): Promise<Outcome> {
  const { seconds, seed, faults, rare, source } = options;
  const history = new History();
  const random = new Random(seed);
  const fleet = await startFleet(servers, { count: workers, ...(source === undefined ? {} : { source }) });
  const gate = new Gate();
  const around = { servers, fleet, random, gate, calls: new Calls(history) };
  const clients = startClients(around);
  const end = performance.now() + seconds * 1_000;
  try {
    for (let round = 1; performance.now() < end; round++) {
      const plan = new FaultPlan({ ...around, history }, faults, round % rareEvery === 0 ? rare : undefined);
      await sleep(Math.max(0, Math.min(restEveryMs, end - performance.now())));
      await plan.heal();
      await gate.close();
      await settle({ servers, fleet, history });
      await probe({ servers, fleet, history });
      gate.open();
    }
    const told = await Promise.all(fleet.present.map((worker) => worker.ask({ do: "count" })));
    const counts = sumOf(told.map((answer) => answer.counts ?? {}));
    return { seed, seconds, history, counts, violations: judge(history) };
  } finally {
    gate.end();
    await fleet.stop();
    await Promise.all(clients);
    await servers.dropSlot(fleet.prefix);
  }
}

function sumOf(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const counts of all)
    for (const [name, count] of Object.entries(counts)) sums[name] = (sums[name] ?? 0) + count;
  return sums;
}
