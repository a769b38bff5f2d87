// The writer: commit, invalidate, apply to its own table, acknowledge.

import { lsnText, timelineOf } from "./postgres.ts";
import { apply, distrust } from "./process.ts";
import { accepts, invalidate } from "./redis.ts";
import { noToken, type State, type Token } from "./state.ts";
import { processName, writerName, type Turn } from "./turn.ts";

export function writerSteps(turn: Turn): void {
  turn.state.writers.forEach((writer, index) => {
    if (writer.phase === "ready") commit(turn, index);
    if (writer.phase === "committed" && turn.state.postgres.commits[index]!.visible) afterCommit(turn, index);
    if (chunksLeft(turn, index)) invalidateNext(turn, index);
    if (writer.phase === "invalidated") acknowledge(turn, index);
  });
}

/** COMMIT, and in the same round trip the question how far the WAL is flushed. */
function commit(turn: Turn, index: number): void {
  const { family, rules } = turn;
  const { flushed } = turn.state.postgres;
  if (family.writers[index]!.afterPromotion && timelineOf(flushed) === 1) return;
  turn.can(`${writerName(index)} commits at ${lsnText(flushed + 1)}`, (after) => {
    const visible = family.faults.lateVisibility !== true;
    after.postgres.flushed++;
    after.postgres.commits[index] = { lsn: flushed + 1, visible };
    const writer = after.writers[index]!;
    writer.phase = "committed";
    writer.token = { ...noToken, lsn: rules.lsnIsReadAfterCommit ? flushed + 1 : flushed };
  });
}

/** COMMIT has been answered, so that its process may crash before the tags are in the log, or Redis be away. */
function afterCommit(turn: Turn, index: number): void {
  const { writerCrashes, redisUnreachable } = turn.family.faults;
  if (writerCrashes)
    turn.can(`${writerName(index)} crashes`, (after) => {
      after.writers[index]!.phase = "crashed";
    });
  if (redisUnreachable && index === 0)
    turn.can(`${writerName(index)} acknowledges without Redis`, (after) => {
      const writer = after.writers[index]!;
      writer.phase = "acknowledged alone";
      if (turn.rules.processBearsUnannounced) markUnannounced(after, turn, index);
      giveToken(after, { turn, index, token: { ...noToken, lsn: writer.token.lsn } });
    });
}

function chunksLeft({ family, rules, state }: Turn, index: number): boolean {
  const { phase, chunks } = state.writers[index]!;
  if (!state.postgres.commits[index]!.visible) return false;
  if (phase === "committed") return true;
  if (rules.acknowledgesAfterLastChunk || !family.chunks) return false;
  return chunks < family.writers[index]!.tags.length && (phase === "invalidated" || phase === "acknowledged");
}

function invalidateNext(turn: Turn, index: number): void {
  const { family, rules } = turn;
  const { tags } = family.writers[index]!;
  const { chunks, token } = turn.state.writers[index]!;
  if (!accepts(turn.state.redis, token.lsn, rules)) return;
  const isLast = !family.chunks || chunks + 1 === tags.length;
  const chunk = family.chunks ? [tags[chunks]!] : tags;
  turn.can(`${writerName(index)} invalidates tags ${chunk.join(", ")}`, (after) => {
    const { data } = after.redis;
    const writer = after.writers[index]!;
    const namesCommit = isLast || !rules.lastChunkNamesCommit;
    invalidate(data, { tags: chunk, lsn: writer.token.lsn, commit: namesCommit ? index : undefined });
    writer.token = { ...writer.token, epoch: data.epoch, seq: data.seq };
    writer.chunks++;
    const enough = isLast || !rules.acknowledgesAfterLastChunk;
    if (enough && writer.phase === "committed") writer.phase = "invalidated";
  });
}

function acknowledge(turn: Turn, index: number): void {
  const { process } = turn.family.writers[index]!;
  turn.can(`${writerName(index)} at ${processName(process)} acknowledges`, (after) => {
    const writer = after.writers[index]!;
    if (turn.rules.writerAppliesFirst) applyToOwnTable(after, turn, index);
    writer.phase = "acknowledged";
    giveToken(after, { turn, index, token: writer.token });
  });
}

function applyToOwnTable({ processes, writers }: State, { family, rules }: Turn, index: number): void {
  const { process: number, tags } = family.writers[index]!;
  const { epoch, seq, lsn } = writers[index]!.token;
  const process = processes[number];
  if (!family.l1 || process === undefined) return;
  const next = process.position + 1;
  if (epoch !== process.epoch) {
    // Nobody knows which of the two is the newer one.
    if (rules.otherEpochIsDistrusted) distrust(process);
    return;
  }
  apply(process, { tags, lsn, seq }, rules);
  if (seq === next) process.position = seq;
}

function markUnannounced({ processes, writers }: State, { family }: Turn, index: number): void {
  const process = processes[family.writers[index]!.process];
  if (process !== undefined) process.unannounced = writers[index]!.token.lsn;
}

function giveToken(after: State, { turn, index, token }: { turn: Turn; index: number; token: Token }): void {
  turn.family.clients.forEach(({ tokenOf }, client) => {
    if (tokenOf !== index) return;
    const holder = after.clients[client]!;
    holder.token = later(holder.token, token);
  });
}

/** Of two epochs nobody knows which is the newer one: then only the lsn is sure. */
function later(one: Token | undefined, other: Token): Token {
  if (one === undefined) return { ...other };
  const lsn = Math.max(one.lsn, other.lsn);
  if (one.epoch !== other.epoch) return { ...noToken, lsn };
  return { epoch: one.epoch, seq: Math.max(one.seq, other.seq), lsn };
}
