// Replicas that are behind, for as long as a test looks at what they are still good for.

import type { Store } from "./store.ts";
import { until } from "./until.ts";

/** Far more than a page takes, and less than the age at which the app stops reading a replica. */
const behindMs = 2_000;
/** The primary has to commit all the while, or the last commit that was replayed would be older than that. */
const commitEveryMs = 200;
const timeoutMs = 10_000;

/** Runs `work` while `replicas` replay each commit two seconds late. */
export async function heldBack<T>(
  store: Store,
  replicas: readonly string[],
  work: () => Promise<T>,
): Promise<T> {
  const commits = setInterval(() => {
    store.query("primary", "SELECT pg_current_xact_id()").catch(() => undefined);
  }, commitEveryMs);
  try {
    const areBehind = async (least: number): Promise<boolean> =>
      (await Promise.all(replicas.map((name) => behind(store, name)))).every(
        (ms) => ms >= least && ms < least + behindMs,
      );
    await until(() => areBehind(0), { what: "the replicas to be close", timeoutMs });
    await delayReplay(store, replicas, `SET recovery_min_apply_delay = ${behindMs}`);
    await until(() => areBehind(behindMs), { what: "the replicas to be behind", timeoutMs });
    return await work();
  } finally {
    clearInterval(commits);
    await delayReplay(store, replicas, "RESET recovery_min_apply_delay");
  }
}

/** Milliseconds since the last commit that `replica` has replayed. */
async function behind(store: Store, replica: string): Promise<number> {
  const age = "extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::float8 * 1000";
  const [row] = await store.query<{ ms: number }>(replica, `SELECT ${age} AS ms`);
  return row!.ms;
}

async function delayReplay(store: Store, replicas: readonly string[], change: string): Promise<void> {
  for (const name of replicas) {
    await store.query(name, `ALTER SYSTEM ${change}`, "postgres");
    await store.query(name, "SELECT pg_reload_conf()", "postgres");
  }
}
