// What an insert costs that violates a unique constraint, one at a time, beside one that succeeds.

import type { Pool } from "pg";
import type { Cluster } from "../../testing/postgres-cluster.ts";
import { Clients, type Items } from "./clients.ts";
import { rounded } from "./race.ts";
import { rows } from "./table.ts";

const rounds = 25;
const warmUpRounds = 3;
/** In a row. A pool that gives up its connection at an error pays for the next one with the next call. */
const runLength = 10;
const uniqueViolation = "23505";
/** Of a row that was there from the start. */
const takenId = 1;

type Insert = Items["insert"];

interface Times {
  name: string;
  insert: Insert;
  /** Milliseconds in all. */
  success: number;
  violation: number;
}

export async function violations(cluster: Cluster): Promise<Record<string, number>> {
  await using opened = new AsyncDisposableStack();
  const clients = new Clients(cluster, opened);
  const inserts: Record<string, Insert> = {
    violationVsSuccess: insertOf(clients.spillway()),
    pgViolationVsSuccess: insertOf(clients.pg()),
    prismaViolationVsSuccess: (await clients.prismaWithReplicas()).insert,
    drizzleViolationVsSuccess: clients.drizzleWithReplicas().insert,
  };
  const all: Times[] = Object.entries(inserts).map(([name, insert]) => ({
    name,
    insert,
    success: 0,
    violation: 0,
  }));
  for (let round = -warmUpRounds; round < rounds; round++) {
    if (round === 0) for (const one of all) Object.assign(one, { success: 0, violation: 0 });
    for (const one of round % 2 === 0 ? all : all.toReversed()) await compare(one);
  }
  return Object.fromEntries(all.map(({ name, violation, success }) => [name, rounded(violation / success)]));
}

function insertOf(pool: Pool): Insert {
  return (id) => pool.query("INSERT INTO item (id, value) VALUES ($1, $2)", [id, 0]);
}

let lastId = rows;

async function compare(times: Times): Promise<void> {
  const { insert } = times;
  times.success += await lengthOfRun(() => insert(++lastId));
  times.violation += await lengthOfRun(() => violate(insert));
}

/** Milliseconds of a run, but for its first call, which may pay for what came before. */
async function lengthOfRun(work: () => Promise<unknown>): Promise<number> {
  await work();
  const began = performance.now();
  for (let index = 0; index < runLength; index++) await work();
  return performance.now() - began;
}

async function violate(insert: Insert): Promise<void> {
  const error: unknown = await insert(takenId).catch((thrown: unknown) => thrown);
  if (!isViolation(error)) throw new Error("expected a unique violation", { cause: error });
}

/** In the words of the driver, of Drizzle and of Prisma. */
function isViolation(error: unknown): boolean {
  const { code, cause } = error as { code?: string; cause?: { code?: string } };
  return code === uniqueViolation || cause?.code === uniqueViolation || code === "P2002";
}
