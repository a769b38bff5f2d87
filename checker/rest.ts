// At rest: no fault is on and nothing is written. When all has settled, every tier of every process must hold what the
// database holds.

import { setTimeout as sleep } from "node:timers/promises";
import { settings } from "./bounds.ts";
import type { Fleet } from "./fleet.ts";
import type { History } from "./history.ts";
import { allKeys } from "./keys.ts";
import type { Tier } from "./messages.ts";
import type { Worker } from "./process.ts";
import type { Servers } from "./servers.ts";

/** Until all that was committed is in the log, with a tailer that has to be found first. */
const settleMs = 10_000;
const askMs = 50;
/** By then every process has heard from Redis, or trusts nothing it has. */
const hearMs = settings.maxSilence + 300;

export interface Resting {
  servers: Servers;
  fleet: Fleet;
  history: History;
  /** How long it may take to settle, in milliseconds. */
  patienceMs?: number;
}

export async function settle({ servers, fleet, history, patienceMs = settleMs }: Resting): Promise<void> {
  await servers.cluster.waitForCatchup(servers.primary);
  if (!(await isTailed(servers, fleet.prefix, patienceMs)))
    history.breaches.push({
      at: performance.now(),
      problem: `not all that was committed was in the log within ${patienceMs} ms`,
    });
  await sleep(hearMs);
}

/** Whether the slot has confirmed all that is flushed now: it does so when it is in the log. */
async function isTailed({ primary }: Servers, slot: string, patienceMs: number): Promise<boolean> {
  const { rows } = await primary.query<{ end: string }>("SELECT pg_current_wal_flush_lsn() AS end");
  const asked = `SELECT count(*) > 0 AS is FROM pg_replication_slots
    WHERE slot_name = $1 AND confirmed_flush_lsn >= $2::pg_lsn`;
  const end = performance.now() + patienceMs;
  while (performance.now() < end) {
    const found = await primary.query<{ is: boolean }>(asked, [slot, rows[0]!.end]);
    if (found.rows[0]!.is) return true;
    await sleep(askMs);
  }
  return false;
}

/** Reads every key from every tier, of processes that ran and of one that has just started. */
export async function probe({ servers, fleet, history }: Resting): Promise<void> {
  const truth = await servers.truth();
  const fresh = await fleet.launch(false);
  try {
    // In this order: who finds nothing that may be served mends what others would have found.
    await probeOne(fresh, { tier: "redis", truth, history });
    for (const tier of ["redis", "memory"] as const)
      await Promise.all(fleet.present.map((worker) => probeOne(worker, { tier, truth, history })));
  } finally {
    await fresh.kill();
  }
}

interface Probing {
  tier: Tier;
  truth: ReadonlyMap<number, number>;
  history: History;
}

async function probeOne(worker: Worker, { tier, truth, history }: Probing): Promise<void> {
  const where = `${worker.name}, ${tier}`;
  const looks = allKeys().map(async (key) => {
    const reading = { key, token: undefined, monotonic: false, scoped: true } as const;
    const { seen = [] } = await worker.ask({ do: "read", tier, ...reading });
    const at = performance.now();
    for (const { item, version } of seen)
      history.probes.push({ at, where, key, item, version, truth: truth.get(item)! });
  });
  const failed = (await Promise.allSettled(looks)).find(({ status }) => status === "rejected");
  if (failed === undefined) return;
  const { reason } = failed as PromiseRejectedResult;
  history.breaches.push({ at: performance.now(), problem: `${where}: ${String(reason)}` });
}
