// How a process follows the invalidation log: line by line, by a pull, or by adopting the epoch that it finds.

import { lsnText } from "./postgres.ts";
import { apply, distrust, none } from "./process.ts";
import { isUsable } from "./redis.ts";
import type { Rules } from "./rules.ts";
import { primaryOnly, type DataSet, type Lsn, type Process, type Redis } from "./state.ts";
import { processName, type Turn } from "./turn.ts";

/** The floor's lsn where nothing holds a load back although the flush position is not known. */
const anyReplica: Lsn = 1;

/** Starts at the end of the log. What came before is unknown: until the flush position is, only the primary has it. */
function adopt(process: Process, { epoch, seq }: DataSet, rules: Rules): void {
  const unread = rules.primaryUntilFlushIsRead ? primaryOnly : anyReplica;
  const isFlushRead = process.epoch === 0 && !rules.flushIsReadAfterAdoption;
  const entry = rules.adoptionEmptiesL1 ? undefined : process.entry;
  const lsn = isFlushRead ? process.floor.lsn : unread;
  Object.assign(process, { epoch, position: seq, floor: { seq, lsn }, marker: none, entry });
}

function followLine(process: Process, { log }: DataSet, rules: Rules): void {
  const { tags, lsn } = log[process.position]!;
  process.position++;
  apply(process, { tags, seq: process.position, lsn }, rules);
}

/** Follows the log to its end, or adopts what is there now. */
export function pull(process: Process, data: DataSet, rules: Rules): void {
  if (mustAdopt(process, data, rules)) adopt(process, data, rules);
  else while (process.position < data.seq) followLine(process, data, rules);
  if (data.tailed >= process.unannounced) process.unannounced = 0;
}

function mustAdopt({ epoch, position }: Process, data: DataSet, rules: Rules): boolean {
  return epoch !== data.epoch || (position < data.trimmed && rules.gapIsAdopted);
}

/** Whether the process has heard of all that is in the log. */
export function hasFollowed({ epoch, position }: Process, redis: Redis, rules: Rules): boolean {
  return isUsable(redis, rules) && epoch === redis.data.epoch && position >= redis.data.seq;
}

export function isSettled(process: Process, redis: Redis, rules: Rules): boolean {
  return hasFollowed(process, redis, rules) && !isFlushUnread(process);
}

function isFlushUnread({ floor }: Process): boolean {
  return floor.lsn === primaryOnly || floor.lsn === anyReplica;
}

export function followerSteps(turn: Turn): void {
  const { family, rules, state } = turn;
  const { data } = state.redis;
  state.processes.forEach((process, index) => {
    if (!family.l1 && !isRead(turn, index)) return;
    const adopts = isUsable(state.redis, rules) && mustAdopt(process, data, rules);
    if (mayReadFlush(process, adopts, rules)) readFlush(turn, index);
    if (adopts) adoption(turn, index);
    else if (family.l1 && isUsable(state.redis, rules) && process.position < data.seq) follow(turn, index);
  });
}

/** Whether any read is to come in this process. */
export function isRead({ family, state }: Pick<Turn, "family" | "state">, process: number): boolean {
  return state.clients.some(
    ({ readsLeft }, client) => readsLeft > 0 && family.clients[client]!.through.includes(process),
  );
}

function mayReadFlush(process: Process, adopts: boolean, rules: Rules): boolean {
  if (rules.flushIsReadAfterAdoption) return process.epoch > 0 && isFlushUnread(process);
  return isFlushUnread(process) || (adopts && process.epoch > 0);
}

function readFlush(turn: Turn, index: number): void {
  const { flushed } = turn.state.postgres;
  turn.can(`${processName(index)} reads the flush position ${lsnText(flushed)}`, ({ processes }) => {
    const process = processes[index]!;
    if (!turn.rules.flushIsReadAfterAdoption) distrust(process);
    process.floor = { seq: process.floor.seq, lsn: turn.rules.floorHasLsn ? flushed : 0 };
  });
}

function adoption(turn: Turn, index: number): void {
  const { epoch, seq } = turn.state.redis.data;
  turn.can(`${processName(index)} adopts epoch ${epoch} at ${seq}`, ({ processes, redis }) =>
    adopt(processes[index]!, redis.data, turn.rules),
  );
}

function follow(turn: Turn, index: number): void {
  const { position } = turn.state.processes[index]!;
  turn.can(`${processName(index)} follows the log to ${position + 1}`, ({ processes, redis }) =>
    followLine(processes[index]!, redis.data, turn.rules),
  );
}
