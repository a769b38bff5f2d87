// What goes wrong in a run. Each fault says how it begins, and how it is healed.

import { setTimeout as sleep } from "node:timers/promises";
import { waitUntil } from "../packages/spillway/test/wait.ts";
import type { Surrounds } from "./clients.ts";
import type { Fleet } from "./fleet.ts";
import type { History } from "./history.ts";
import type { Worker } from "./process.ts";
import type { Random } from "./random.ts";
import type { Servers } from "./servers.ts";

export interface Around extends Pick<Surrounds, "servers" | "fleet" | "random"> {
  history: History;
}

interface Struck {
  target: string;
  heal: () => Promise<void>;
}

export interface Fault {
  kind: string;
  /** What no other fault may touch meanwhile. */
  needs: "redis" | "replica" | "worker" | "tailer" | "log connection" | "primary";
  lastsMs: readonly [least: number, most: number];
  begin: (around: Around) => Promise<Struck>;
}

const healed = async (): Promise<void> => undefined;
const atOnce = [0, 0] as const;
/** Longer and shorter than memory is trusted for. */
const outage = [50, 3_000] as const;

export const faults: readonly Fault[] = [
  { kind: "worker dies after commit", needs: "worker", lastsMs: atOnce, begin: dieAfterCommit },
  { kind: "worker killed", needs: "worker", lastsMs: atOnce, begin: killWorker },
  { kind: "worker halted", needs: "worker", lastsMs: outage, begin: haltWorker },
  { kind: "tailer stopped", needs: "tailer", lastsMs: outage, begin: stopTailers },
  { kind: "replay paused", needs: "replica", lastsMs: outage, begin: pauseReplay },
  { kind: "replica stopped", needs: "replica", lastsMs: [100, 1_000], begin: stopReplica },
  { kind: "redis frozen", needs: "redis", lastsMs: outage, begin: freezeRedis },
  { kind: "redis flushed", needs: "redis", lastsMs: atOnce, begin: flushRedis },
  { kind: "redis restarted empty", needs: "redis", lastsMs: [50, 1_500], begin: emptyRedis },
  { kind: "redis set back", needs: "redis", lastsMs: atOnce, begin: setRedisBack },
  { kind: "log connection cut", needs: "log connection", lastsMs: atOnce, begin: cutLog },
];

/** Takes seconds, and every server and process that answers: so it comes alone. */
export const promotion: Fault = {
  kind: "primary replaced",
  needs: "primary",
  lastsMs: atOnce,
  begin: promote,
};

async function dieAfterCommit({ fleet, random }: Around): Promise<Struck> {
  const worker = random.of(fleet.present);
  await worker.ask({ do: "arrange", diesAfterCommit: true });
  await waitUntil(() => !worker.isAlive, `${worker.name} to die after a commit`);
  return { target: worker.name, heal: () => fleet.replace(worker) };
}

async function killWorker({ fleet, random }: Around): Promise<Struck> {
  const worker = random.of(fleet.present);
  await worker.kill();
  return { target: worker.name, heal: () => fleet.replace(worker) };
}

async function haltWorker({ fleet, random }: Around): Promise<Struck> {
  const worker = random.of(fleet.present);
  worker.halt();
  return { target: worker.name, heal: async () => worker.resume() };
}

async function stopTailers({ fleet }: Around): Promise<Struck> {
  await tail(fleet, false);
  return { target: "all workers", heal: () => tail(fleet, true) };
}

/** One that ends meanwhile has no tailer any more, and its successor has one. */
async function tail(fleet: Fleet, tails: boolean): Promise<void> {
  const ask = (worker: Worker): Promise<unknown> =>
    worker.ask({ do: "arrange", tails }).catch(() => undefined);
  await Promise.all(fleet.workers.map(ask));
}

async function pauseReplay({ servers, random }: Around): Promise<Struck> {
  const replica = random.of(servers.replicas);
  await replica.pauseReplay();
  return { target: replica.name, heal: () => replica.resumeReplay() };
}

async function stopReplica({ servers, random }: Around): Promise<Struck> {
  const replica = random.of(servers.replicas);
  await replica.stop("immediate");
  return { target: replica.name, heal: () => replica.start() };
}

async function freezeRedis({ servers: { redis } }: Around): Promise<Struck> {
  redis.freeze();
  return { target: "redis", heal: async () => redis.thaw() };
}

async function flushRedis({ servers: { redis } }: Around): Promise<Struck> {
  await redis.cli("flushall");
  return { target: "redis", heal: healed };
}

async function emptyRedis({ servers }: Around): Promise<Struck> {
  await servers.redis.kill();
  return { target: "redis", heal: () => servers.restartRedis({ keeps: false }) };
}

async function setRedisBack({ servers, random }: Around): Promise<Struck> {
  await servers.redis.cli("save");
  await sleep(random.between(50, 1_000));
  await servers.restartRedis({ keeps: true });
  return { target: "redis", heal: healed };
}

/** The connection on which a process waits for the next line. */
async function cutLog({ servers: { redis }, random }: Around): Promise<Struck> {
  const waiting = await blockedClients(redis);
  const victims = random.isLikely(0.5) ? waiting : waiting.slice(0, 1);
  for (const id of victims) await redis.cli("client", "kill", "id", id).catch(() => "");
  return { target: `${victims.length} connections`, heal: healed };
}

async function blockedClients(redis: Servers["redis"]): Promise<string[]> {
  // Redis may be away just now.
  const clients = await Promise.race([redis.cli("client", "list").catch(() => ""), sleep(500, "")]);
  const blocked = clients.split("\n").filter((line) => line.includes("cmd=xread"));
  return blocked.map((line) => /id=(\d+)/.exec(line)?.[1] ?? "");
}

async function promote({ servers, random }: { servers: Servers; random: Random }): Promise<Struck> {
  const next = random.of(servers.replicas);
  await servers.promote(next);
  return { target: next.name, heal: healed };
}
