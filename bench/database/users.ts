// Users who write and then look at what they wrote, each request of theirs on its own.

import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { setTimeout as sleep } from "node:timers/promises";
import { causalityToken, runInScope } from "../../packages/spillway/src/coherence/index.ts";
import type { QueryEvent, SpillwayPool } from "../../packages/spillway/src/database/index.ts";
import type { Cluster } from "../../testing/postgres-cluster.ts";
import { Clients, type Items } from "./clients.ts";
import { rounded } from "./race.ts";
import { selectText } from "./table.ts";

const users = 8;
const readsPerWrite = 10;
const readEveryMs = 30;
const channel = "spillway:database:query";

type Figures = Record<string, number>;

export async function ownWrites(cluster: Cluster): Promise<Figures> {
  const usual = await live(cluster, 20_000);
  const [first] = cluster.replicas;
  await first!.pauseReplay();
  const paused = await live(cluster, 4_000).finally(() => first!.resumeReplay());
  const renamed = Object.entries(paused).map(([name, value]) => [`${name}OneReplicaPaused`, value]);
  return { ...usual, ...Object.fromEntries(renamed) };
}

/** Ours and the peers' users at the same time, each on rows of their own. */
async function live(cluster: Cluster, durationMs: number): Promise<Figures> {
  await using opened = new AsyncDisposableStack();
  const clients = new Clients(cluster, opened);
  const pool = clients.spillway();
  const crowds = [
    { firstId: 1, open: () => oneUser(pool), durationMs },
    { firstId: 1 + users, open: always(await clients.prismaWithReplicas()), durationMs },
    { firstId: 1 + 2 * users, open: always(clients.drizzleWithReplicas()), durationMs },
  ];
  const roles = countRoles();
  opened.defer(roles.end);
  const [ours, prisma, drizzle] = await Promise.all(crowds.map(staleReads));
  return {
    offloadShare: rounded(roles.replica / (roles.replica + roles.primary)),
    staleReads: ours!,
    prismaStaleReads: prisma!,
    drizzleStaleReads: drizzle!,
  };
}

type Requests = Pick<Items, "read" | "write">;

interface Crowd {
  firstId: number;
  /** What one user of it does, with what that user carries from one request to the next. */
  open: () => Requests;
  durationMs: number;
}

function always(requests: Requests): () => Requests {
  return () => requests;
}

/** Each statement is a request, and the token goes from one to the next as it does in a cookie. */
function oneUser(pool: SpillwayPool): Requests {
  let token: string | undefined;
  const request = <T>(work: () => Promise<T>): Promise<T> =>
    runInScope(
      async () => {
        const result = await work();
        token = causalityToken();
        return result;
      },
      { token },
    );
  return {
    read: (id) => request(async () => (await pool.query<{ value: number }>(selectText, [id])).rows[0]?.value),
    write: (id, value) => request(() => pool.query("UPDATE item SET value = $2 WHERE id = $1", [id, value])),
  };
}

/** No value is written twice. */
let lastValue = 0;

/** How many reads returned something else than their user's last write. */
async function staleReads({ firstId, open, durationMs }: Crowd): Promise<number> {
  const lives = Array.from({ length: users }, (_, index) =>
    staleReadsOf(firstId + index, open(), performance.now() + durationMs),
  );
  const counts = await Promise.all(lives);
  return counts.reduce((sum, count) => sum + count, 0);
}

async function staleReadsOf(id: number, { read, write }: Requests, end: number): Promise<number> {
  let stale = 0;
  while (performance.now() < end) {
    const value = ++lastValue;
    await write(id, value);
    for (let index = 0; index < readsPerWrite; index++) {
      await sleep(readEveryMs);
      if ((await read(id)) !== value) stale++;
    }
  }
  return stale;
}

interface Roles {
  primary: number;
  replica: number;
  end: () => void;
}

/** Which kind of server answered the reads from now on. */
function countRoles(): Roles {
  const roles: Roles = { primary: 0, replica: 0, end: () => void unsubscribe(channel, listener) };
  const listener = (event: unknown): void => {
    const { operation, role } = event as QueryEvent;
    if (operation === "select") roles[role]++;
  };
  subscribe(channel, listener);
  return roles;
}
