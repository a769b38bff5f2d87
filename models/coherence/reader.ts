// The reader: L1, or join a load of its process, or ask Redis; what is missed is loaded (load.ts).

import { hasFollowed, pull } from "./follower.ts";
import { answer, arrive, continueLoad } from "./load.ts";
import { fenceOf, isValid, l1Serves, oldestValidStamp } from "./process.ts";
import { isUsable, judge } from "./redis.ts";
import { primaryOnly, type Began, type Lsn, type Read, type Rows } from "./state.ts";
import { clientName, processName, type Turn } from "./turn.ts";

export function readerSteps(turn: Turn): void {
  turn.state.clients.forEach(({ read, readsLeft }, client) => {
    if (read?.phase === "pulled") look(turn, client, read.process);
    else if (read !== undefined) continueLoad(turn, client);
    else if (readsLeft > 0) start(turn, client);
  });
}

function start(turn: Turn, client: number): void {
  const { through, opensSnapshot } = turn.family.clients[client]!;
  if (opensSnapshot && turn.state.clients[client]!.snapshot === undefined) return;
  if (opensSnapshot && turn.rules.snapshotsStayOut) return readSnapshot(turn, client);
  for (const process of through) {
    if (mustBypass(turn, client, process))
      passBy(turn, client, { process, fence: fenceFor(turn, client, process) });
    else if (turn.family.l1 && mayServe(turn, client, process)) look(turn, client, process);
    else if (!isUsable(turn.state.redis, turn.rules)) passBy(turn, client, { process, fence: primaryOnly });
    else if (turn.family.l1) pullFirst(turn, client, process);
    else look(pulled(turn, process), client, process);
  }
}

/** Such a transaction sees what it sees; it is not for the caches, and not judged. */
function readSnapshot(turn: Turn, client: number): void {
  turn.can(`${clientName(client)} reads its snapshot`, (after) => {
    after.clients[client]!.readsLeft--;
  });
}

/** Whether the client, or the process itself, has a token without seq, and the tailer is not past it. */
function mustBypass({ rules, state }: Turn, client: number, process: number): boolean {
  const { token } = state.clients[client]!;
  const own = token?.epoch === 0 && rules.tokenWithoutSeqBypasses ? token.lsn : 0;
  const lsn = Math.max(own, state.processes[process]!.unannounced);
  return lsn > 0 && (!isUsable(state.redis, rules) || state.redis.data.tailed < lsn);
}

/** Whether the process is known to have followed the log as far as the client's token asks. */
function mayServe({ rules, state }: Turn, client: number, process: number): boolean {
  const { token } = state.clients[client]!;
  const { epoch, position, unannounced } = state.processes[process]!;
  if (unannounced > 0) return false;
  if (token === undefined) return true;
  if (token.epoch === 0) return !rules.tokenWithoutSeqPulls;
  if (token.epoch !== epoch) return !rules.tokenOfOtherEpochPulls;
  return position >= token.seq || !rules.tokenHoldsL1;
}

function pulled(turn: Turn, process: number): Turn {
  return turn.after(({ processes, redis }) => pull(processes[process]!, redis.data, turn.rules));
}

function pullFirst(turn: Turn, client: number, process: number): void {
  const later = pulled(turn, process);
  const read: Read = { ...newRead(later, process, client), phase: "pulled" };
  later.can(`${clientName(client)} lets ${processName(process)} pull`, (after) => {
    after.clients[client]!.read = read;
  });
}

function passBy(turn: Turn, client: number, { process, fence }: { process: number; fence: Lsn }): void {
  turn.can(`${clientName(client)} at ${processName(process)} passes the caches by`, (after) => {
    after.clients[client]!.read = { ...newRead(turn, process, client), fence };
  });
}

/** The process is new enough for this client: it may use what its table finds valid. */
function look(turn: Turn, client: number, process: number): void {
  const read = turn.state.clients[client]!.read ?? newRead(turn, process, client);
  const asked: Read = { ...read, phase: "loading" };
  if (turn.family.l1) {
    readL1(turn, client, asked);
    join(turn, client, asked);
  }
  // An entry of L1 may have been evicted, and a load that could be joined may just have ended.
  if (!readL2(turn, client, asked)) startLoad(turn, client, asked);
}

function readL1(turn: Turn, client: number, read: Read): void {
  const process = turn.state.processes[read.process]!;
  if (!l1Serves(process, turn.rules)) return;
  turn.can(`${who(client, read)} reads L1`, (after) => {
    const { value, stamp } = process.entry!;
    after.clients[client]!.read = { ...read, source: "L1", value, stamp, epoch: process.epoch };
    return [answer(after, turn, client)];
  });
}

function join(turn: Turn, client: number, read: Read): void {
  const process = turn.state.processes[read.process]!;
  turn.state.clients.forEach(({ read: load }, leader) => {
    if (load?.process !== read.process || load.source !== "load" || load.epoch === 0) return;
    if (!isValid(process, load) && turn.rules.joinsAreNotOlder) return;
    turn.can(`${who(client, read)} joins the load of ${clientName(leader)}`, (after) => {
      after.clients[client]!.read = { ...read, phase: "joined", source: "join", leader };
    });
  });
}

/** Finds out whether the entry in Redis is valid, by the table as far as it reaches back. */
function readL2(turn: Turn, client: number, read: Read): boolean {
  const { redis, processes } = turn.state;
  const { entry } = redis.data;
  const process = processes[read.process]!;
  if (entry === undefined || (entry.epoch !== process.epoch && turn.rules.entriesBearEpochs)) return false;
  if (entry.stamp >= oldestValidStamp(process) || !turn.rules.readsCompareStamps) {
    findEntry(turn, client, { ...read, stamp: entry.stamp });
    return true;
  }
  const validUpTo = entry.stamp >= process.marker.seq ? judge(turn.state, turn.rules) : undefined;
  if (validUpTo === undefined) return false;
  findEntry(turn, client, { ...read, stamp: validUpTo });
  return true;
}

function findEntry(turn: Turn, client: number, read: Read): void {
  turn.can(`${who(client, read)} finds the entry in Redis, valid at ${read.stamp}`, (after) => {
    const { value, epoch } = turn.state.redis.data.entry!;
    after.clients[client]!.read = { ...read, source: "L2", value, epoch };
    return arrive(after, turn, client);
  });
}

/** Stamp and fence come from the same table at once. */
function startLoad(turn: Turn, client: number, read: Read): void {
  const { epoch, position: stamp } = turn.state.processes[read.process]!;
  const fence = fenceFor(turn, client, read.process);
  if (!mayLease(turn, client, read.process)) return;
  turn.can(`${who(client, read)} misses, gets the lease at stamp ${stamp}`, (after) => {
    if (epoch > 0) after.redis.data.lease = { client, epoch, stamp };
    after.clients[client]!.read = { ...read, epoch, stamp, fence };
  });
}

/** One loads for all, unless what it loads is no longer valid here. */
function mayLease({ state: { redis, processes } }: Turn, client: number, process: number): boolean {
  const { lease } = redis.data;
  return lease === undefined || lease.client === client || !isValid(processes[process]!, lease);
}

/** What a replica must have replayed. */
function fenceFor({ family, rules, state }: Turn, client: number, process: number): Lsn {
  const known = fenceOf(state.processes[process]!, family.lateTags);
  const own = state.clients[client]!.token?.lsn ?? 0;
  const { unannounced } = state.processes[process]!;
  return Math.max(rules.loadsAreFenced ? known : 0, rules.tokenHoldsReplicas ? own : 0, unannounced);
}

function newRead(turn: Turn, process: number, client: number): Read {
  const { opensSnapshot, monotonic } = turn.family.clients[client]!;
  const { epoch, seq } = turn.state.redis.data;
  return {
    phase: "loading",
    process,
    began: opensSnapshot ? { acknowledged: 0, announced: 0, followed: false } : began(turn, process),
    source: "load",
    epoch: 0,
    stamp: 0,
    fence: 0,
    value: 0,
    token: monotonic ? { epoch, seq, lsn: 0 } : undefined,
    leader: undefined,
  };
}

function began({ rules, state }: Turn, process: number): Began {
  let acknowledged: Rows = 0;
  let announced: Rows = 0;
  state.writers.forEach(({ phase }, writer) => {
    if (phase.startsWith("acknowledged")) acknowledged |= 1 << writer;
    if (phase === "acknowledged") announced |= 1 << writer;
  });
  return { acknowledged, announced, followed: hasFollowed(state.processes[process]!, state.redis, rules) };
}

const who = (client: number, { process }: Read): string => `${clientName(client)} at ${processName(process)}`;
