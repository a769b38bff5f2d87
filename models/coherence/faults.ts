// What may go wrong besides crashes and lag.

import { needsNewEpoch, beginEpoch, dropMarker, emptyDataSet, isUsable } from "./redis.ts";
import { copyDataSet } from "./copy.ts";
import { lsnText, promotion } from "./postgres.ts";
import type { DataSet } from "./state.ts";
import type { Turn } from "./turn.ts";

export function faultSteps(turn: Turn): void {
  const { faults } = turn.family;
  if (faults.logTrimmed) trim(turn);
  if (faults.markersDropped) dropMarkers(turn);
  if (faults.leasesExpire) expireLease(turn);
  if (faults.redisRestartsEmpty) restartEmpty(turn);
  if (faults.redisRestartsOlder) restartOlder(turn);
  if (faults.postgresPromoted) promotion(turn);
  renewEpoch(turn);
}

function trim(turn: Turn): void {
  const { seq, trimmed } = turn.state.redis.data;
  if (trimmed === seq) return;
  turn.can("the log is trimmed", ({ redis: { data } }) => {
    data.trimmed = data.seq;
    data.log = data.log.map(() => ({ tags: [], commit: undefined }));
  });
}

function dropMarkers(turn: Turn): void {
  if (turn.state.redis.data.marker === undefined) return;
  turn.can("the marker is dropped", (after) => dropMarker(after.redis.data, turn.rules));
}

function expireLease(turn: Turn): void {
  if (turn.state.redis.data.lease === undefined) return;
  turn.can("the lease expires", (after) => {
    after.redis.data.lease = undefined;
  });
}

function restartEmpty(turn: Turn): void {
  const { redis } = turn.state;
  if (redis.run > 1) return;
  turn.can("Redis restarts empty", (after) => {
    const empty = emptyDataSet();
    after.redis = { run: 2, data: turn.rules.epochIsFresh ? empty : resumed(empty), saved: undefined };
  });
}

/** What an implementation without epochs makes of an empty Redis: the same stack as ever. */
function resumed(empty: DataSet): DataSet {
  return { ...empty, epoch: 1, owner: 2, timeline: 1 };
}

/** From a snapshot on disk, or by a failover to a Redis replica that lagged. */
function restartOlder(turn: Turn): void {
  const { run, saved } = turn.state.redis;
  if (run > 1) return;
  if (saved === undefined)
    turn.can("Redis saves a snapshot", (after) => {
      after.redis.saved = copyDataSet(after.redis.data);
    });
  else
    turn.can("Redis restarts from its snapshot", (after) => {
      after.redis = { run: 2, data: saved, saved: undefined };
    });
}

/** Whoever sees the loss reads the primary's flush position, and then begins a new epoch. */
function renewEpoch(turn: Turn): void {
  const { rules, state } = turn;
  const isNeeded = needsNewEpoch(state, rules);
  const { flushed } = state.postgres;
  if (state.flushRead === undefined && (isNeeded || mayReadEarly(turn)))
    turn.can(`the flush position ${lsnText(flushed)} is read`, (after) => {
      after.flushRead = flushed;
    });
  if (state.flushRead !== undefined && isNeeded)
    turn.can("a new epoch begins", (after) => {
      beginEpoch(after.redis, state.flushRead!, rules);
      after.flushRead = undefined;
    });
}

function mayReadEarly({ family: { faults }, rules, state }: Turn): boolean {
  const loses = faults.redisRestartsEmpty === true || faults.redisRestartsOlder === true;
  return loses && state.redis.run === 1 && isUsable(state.redis, rules) && !rules.flushIsReadAfterLoss;
}
