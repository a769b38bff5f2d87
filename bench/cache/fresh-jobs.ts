// The processes that hold a value while one of them commits: who commits, and who looks at what it holds.

import { setTimeout as sleep } from "node:timers/promises";
import { type Cache, createCache } from "../../packages/spillway/src/cache/index.ts";
import { SpillwayPool } from "../../packages/spillway/src/database/index.ts";
import { now } from "./clock.ts";

interface Servers {
  redis: string;
  primary: string;
  replicas: string[];
}

export const freshJobs = { connect, hold, untilEmpty, commit, disconnect };

const key = "price";
const tag = "product:1";
let cache: Cache;
let pool: SpillwayPool;
/** Since it has begun to look, which it does between the jobs. */
let empty: Promise<number> | undefined;

async function connect({ redis, primary, replicas }: Servers): Promise<void> {
  cache = createCache({ redis, ttl: 3_600 });
  pool = new SpillwayPool({ connectionString: primary, replicas, max: 4 });
}

/** Has the value in memory, and begins to look at it. */
async function hold(_order: null): Promise<void> {
  while (cache.peek(key) === undefined) await cache.getOrSet(key, read, { tags: [tag] });
  empty = watch();
}

async function read(): Promise<number> {
  return (await pool.query<{ price: number }>("SELECT price FROM product WHERE id = 1")).rows[0]!.price;
}

/** Each millisecond: in each turn, three processes would take the machine from the servers that are measured. */
async function watch(): Promise<number> {
  while (cache.peek(key) !== undefined) await sleep(1);
  return now();
}

/** When what it held was gone. */
async function untilEmpty(_order: null): Promise<number> {
  return (await empty)!;
}

/** When the COMMIT began: when the work was done. */
async function commit(price: number): Promise<number> {
  return await pool.transaction(async (tx) => {
    await tx.query("UPDATE product SET price = $1 WHERE id = 1", [price]);
    tx.invalidate(tag);
    return now();
  });
}

async function disconnect(_order: null): Promise<void> {
  await cache.close();
  await pool.end();
}
