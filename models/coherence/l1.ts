// The memory of one process, which follows the invalidation log.

import type { Rules } from "./rules.ts";
import {
  valueTag,
  type DataSet,
  type L1,
  type LogLine,
  type Read,
  type Seq,
  type State,
  type Token,
} from "./state.ts";
import { isUsable } from "./redis.ts";
import { processName, type Turn } from "./turn.ts";

/** The oldest stamp that is still valid by what this process knows. */
export function oldestValidStamp({ floor, table }: L1): Seq {
  return Math.max(floor, table);
}

export function isValid(l1: L1, rules: Rules): boolean {
  if (l1.entry === undefined) return false;
  return !rules.l1ComparesStamps || l1.entry.stamp >= oldestValidStamp(l1);
}

/** Whether this memory is new enough for the bearer of `token`. */
export function mayServe(l1: L1, token: Token | undefined, rules: Rules): boolean {
  if (token === undefined || !rules.tokenHoldsL1) return true;
  if (token.epoch === 0 && !rules.tokenWithoutSeqBypasses) return true;
  return token.epoch === l1.epoch && l1.position >= token.seq;
}

/** Takes one line of the log to heart. */
export function apply(
  after: State,
  process: number,
  line: { tags: readonly number[]; seq: Seq; rules: Rules },
): void {
  const { tags, seq, rules } = line;
  if (!tags.includes(valueTag)) return;
  const l1 = after.l1[process]!;
  l1.table = Math.max(l1.table, seq);
  // Without comparison of stamps, what is invalidated must be dropped when that is heard.
  if (!rules.l1ComparesStamps) l1.entry = undefined;
  voidReservations(after, process);
}

/** Values on their way were loaded before: their slots are no longer theirs. */
function voidReservations(after: State, process: number): void {
  for (const { read } of after.clients) if (read?.process === process) read.kept = false;
}

/** Starts again at the end of the log, with nothing. */
function empty(after: State, process: number, { epoch, seq }: DataSet): void {
  after.l1[process] = { epoch, position: seq, floor: seq, table: 0, entry: undefined };
  voidReservations(after, process);
}

/** Something from another epoch was heard: nothing is trusted until the log was found again. */
export function distrust(after: State, process: number): void {
  empty(after, process, { ...after.redis.data, epoch: 0 });
}

/** Keeps what Redis has validated at `stamp`, unless what is there is newer. */
export function keepInL1(after: State, read: Read, rules: Rules): void {
  const l1 = after.l1[read.process]!;
  const isReserved = read.kept || (!rules.l1ReservesSlots && read.epoch > 0);
  if (!isReserved || read.epoch !== l1.epoch) return;
  if (l1.entry !== undefined && l1.entry.stamp > read.stamp) return;
  l1.entry = { value: read.value, stamp: read.stamp };
}

/** Whether the log has something that this process has not heard. */
export function isBehind({ epoch, position }: L1, data: DataSet): boolean {
  return epoch !== data.epoch || position < data.seq;
}

export function hasFollowed({ l1, redis }: State, process: number, rules: Rules): boolean {
  return isUsable(redis, rules) && !isBehind(l1[process]!, redis.data);
}

export function followerSteps(turn: Turn): void {
  const { family, rules, state } = turn;
  if (!family.l1 || !isUsable(state.redis, rules)) return;
  const { data } = state.redis;
  state.l1.forEach((l1, process) => {
    if (l1.epoch !== data.epoch) return anotherEpoch(turn, process);
    if (l1.position < data.trimmed) return gap(turn, process);
    const line = data.log[l1.position];
    if (line !== undefined) follow(turn, process, line);
  });
}

function follow(turn: Turn, process: number, { tags }: LogLine): void {
  const seq = turn.state.l1[process]!.position + 1;
  turn.can(`${processName(process)} follows the log to ${seq}`, (after) => {
    after.l1[process]!.position = seq;
    apply(after, process, { tags, seq, rules: turn.rules });
  });
}

function anotherEpoch(turn: Turn, process: number): void {
  turn.can(`${processName(process)} finds another epoch`, (after) => {
    const { data } = after.redis;
    if (turn.rules.epochEmptiesL1) empty(after, process, data);
    else after.l1[process]!.epoch = data.epoch;
  });
}

function gap(turn: Turn, process: number): void {
  turn.can(`${processName(process)} finds the log trimmed`, (after) => {
    const { data } = after.redis;
    if (turn.rules.gapEmptiesL1) empty(after, process, data);
    else after.l1[process]!.position = data.trimmed;
  });
}
