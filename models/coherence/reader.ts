// The reader: L1, or join a load of its process, or ask Redis; what is missed is loaded (load.ts).

import { hasFollowed, isValid, mayServe, oldestValidStamp } from "./l1.ts";
import { continueLoad, end, reply } from "./load.ts";
import { isServed, isUsable, lease, markerOf } from "./redis.ts";
import { primaryOnly, type Began, type Lsn, type Read, type Rows, type Source, type State } from "./state.ts";
import { clientName, processName, type Turn } from "./turn.ts";

export function readerSteps(turn: Turn): void {
  turn.state.clients.forEach((client, index) => {
    if (client.read !== undefined) continueLoad(turn, index);
    else if (client.readsLeft > 0) start(turn, index);
  });
}

function start(turn: Turn, client: number): void {
  const { through, opensSnapshot } = turn.family.clients[client]!;
  if (opensSnapshot && turn.state.clients[client]!.snapshot === undefined) return;
  if (opensSnapshot && turn.rules.snapshotsStayOut) return readSnapshot(turn, client);
  for (const process of through) {
    readL1(turn, client, process);
    join(turn, client, process);
    // An entry of L1 may have been evicted, and a load that could be joined may just have ended.
    askRedis(turn, client, process);
  }
}

/** Such a transaction sees what it sees; it is not for the caches, and not judged. */
function readSnapshot(turn: Turn, client: number): void {
  turn.can(`${clientName(client)} reads its snapshot`, (after) => {
    after.clients[client]!.readsLeft--;
  });
}

function readL1(turn: Turn, client: number, process: number): void {
  const l1 = turn.state.l1[process]!;
  if (!turn.family.l1 || !isValid(l1, turn.rules)) return;
  if (!mayServe(l1, turn.state.clients[client]!.token, turn.rules)) return;
  turn.can(`${clientName(client)} at ${processName(process)} reads L1`, (after) => {
    const { value, stamp } = l1.entry!;
    const read = { ...newRead(turn, client, { process, source: "L1" }), value, stamp, epoch: l1.epoch };
    return [end(after, { turn, client, read })];
  });
}

function join(turn: Turn, client: number, process: number): void {
  turn.state.clients.forEach(({ read }, leader) => {
    if (read?.process !== process || read.phase === "joined" || read.epoch === 0) return;
    if (read.source !== "load" || !mayJoin(turn, client, read)) return;
    turn.can(
      `${clientName(client)} at ${processName(process)} joins the load of ${clientName(leader)}`,
      (after) => {
        const joined = newRead(turn, client, { process, source: "join" });
        after.clients[client]!.read = { ...joined, phase: "joined", leader };
      },
    );
  });
}

/** A load is as old as its stamp. */
function mayJoin({ rules, state }: Turn, client: number, { process, epoch, stamp }: Read): boolean {
  if (!rules.joinsAreNotOlder) return true;
  const l1 = state.l1[process]!;
  const { token } = state.clients[client]!;
  if (epoch !== l1.epoch || stamp < oldestValidStamp(l1)) return false;
  return token === undefined || (token.epoch === epoch && stamp >= token.seq);
}

/** One script: the entry if it is valid; else the lease, the stamp and the fence. */
function askRedis(turn: Turn, client: number, process: number): void {
  const { rules, state } = turn;
  const who = `${clientName(client)} at ${processName(process)}`;
  const asked = newRead(turn, client, { process, source: "load" });
  if (!isUsable(state.redis, rules)) return passBy(turn, client, { ...asked, fence: primaryOnly });
  const { data } = state.redis;
  const fence = fenceFor(turn, client);
  if (mustBypass(turn, client)) return passBy(turn, client, { ...asked, fence });
  const known: Read = { ...asked, epoch: data.epoch, stamp: data.seq, kept: true };
  if (isServed(data, rules)) {
    turn.can(`${who} finds the entry in Redis`, (after) => {
      after.clients[client]!.read = { ...known, source: "L2", value: data.entry!.value };
      return reply(after, turn, client);
    });
    return;
  }
  const { phase, what } = rules.stampAndFenceAreOneScript
    ? ({ phase: "loading", what: `stamp ${data.seq} and the fence` } as const)
    : ({ phase: "fenced", what: "the fence" } as const);
  if (!mayLease(state, client)) return;
  turn.can(`${who} misses, gets the lease, ${what}`, (after) => {
    lease(after.redis.data, client);
    after.clients[client]!.read = { ...known, phase, fence };
  });
}

function passBy(turn: Turn, client: number, read: Read): void {
  turn.can(`${clientName(client)} at ${processName(read.process)} passes the caches by`, (after) => {
    after.clients[client]!.read = read;
  });
}

/** What a replica must have replayed; with late tags only what is known without them. */
function fenceFor({ family, rules, state }: Turn, client: number): Lsn {
  const { data } = state.redis;
  const { lsn } = family.lateTags ? data.floor : markerOf(data);
  const own = state.clients[client]!.token?.lsn ?? 0;
  return Math.max(rules.loadsAreFenced ? lsn : 0, rules.tokenHoldsReplicas ? own : 0);
}

function mustBypass({ rules, state }: Turn, client: number): boolean {
  const { token } = state.clients[client]!;
  if (token === undefined || token.epoch > 0 || !rules.tokenWithoutSeqBypasses) return false;
  return state.redis.data.tailed < token.lsn;
}

function mayLease({ redis: { data } }: State, client: number): boolean {
  return data.lease === undefined || data.lease.client === client || data.lease.stamp < data.seq;
}

/** Only L1, and joins, are judged by what the process has followed; for the rest it is not recorded. */
function newRead(turn: Turn, client: number, { process, source }: { process: number; source: Source }): Read {
  const isJudged = !turn.family.clients[client]!.opensSnapshot;
  const mayLag = source === "L1" || source === "join";
  return {
    phase: "loading",
    process,
    began: isJudged ? began(turn, process, mayLag) : { acknowledged: 0, announced: 0, followed: false },
    source,
    epoch: 0,
    stamp: 0,
    fence: 0,
    value: 0,
    loadedAt: 0,
    kept: false,
    leader: undefined,
  };
}

function began({ rules, state }: Turn, process: number, mayLag: boolean): Began {
  let acknowledged: Rows = 0;
  let announced: Rows = 0;
  state.writers.forEach(({ phase }, writer) => {
    if (phase.startsWith("acknowledged")) acknowledged |= 1 << writer;
    if (phase === "acknowledged") announced |= 1 << writer;
  });
  return { acknowledged, announced, followed: mayLag && hasFollowed(state, process, rules) };
}
