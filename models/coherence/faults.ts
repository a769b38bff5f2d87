// What may go wrong besides crashes and lag.

import { copyDataSet } from "./copy.ts";
import { promotion } from "./postgres.ts";
import { forgetMarker } from "./process.ts";
import { beginEpoch, dropMarker, emptyDataSet, needsNewEpoch } from "./redis.ts";
import { processName, type Turn } from "./turn.ts";

export function faultSteps(turn: Turn): void {
  const { faults } = turn.family;
  if (faults.logTrimmed) trim(turn);
  if (faults.markersDropped) dropMarkers(turn);
  if (faults.tablesForget) forgetMarkers(turn);
  if (faults.valuesEvicted) evict(turn);
  if (faults.redisRestartsEmpty) restartEmpty(turn);
  if (faults.redisRestartsOlder) restartOlder(turn);
  if (faults.postgresPromoted) promotion(turn);
  if (needsNewEpoch(turn.state, turn.rules))
    turn.can("a new epoch begins", (after) => beginEpoch(after, turn.rules));
}

function trim(turn: Turn): void {
  const { seq, trimmed } = turn.state.redis.data;
  if (trimmed === seq) return;
  turn.can("the log is trimmed", ({ redis: { data } }) => {
    data.trimmed = data.seq;
    data.log = data.log.map(() => ({ tags: [], lsn: 0, commit: undefined }));
  });
}

function dropMarkers(turn: Turn): void {
  if (turn.state.redis.data.marker === 0) return;
  turn.can("Redis drops the marker", (after) => dropMarker(after.redis.data, turn.rules));
}

function forgetMarkers(turn: Turn): void {
  turn.state.processes.forEach(({ marker }, index) => {
    if (marker.seq === 0) return;
    turn.can(`${processName(index)} forgets the marker`, (after) =>
      forgetMarker(after.processes[index]!, turn.rules),
    );
  });
}

/** Room is made, or time is up. */
function evict(turn: Turn): void {
  const { entry, lease } = turn.state.redis.data;
  if (entry !== undefined)
    turn.can("Redis evicts the entry", (after) => {
      after.redis.data.entry = undefined;
    });
  if (lease !== undefined)
    turn.can("the lease expires", (after) => {
      after.redis.data.lease = undefined;
    });
}

/** The nodes of a cluster restart one by one: entries may outlive the rest. */
function restartEmpty(turn: Turn): void {
  const { run, data } = turn.state.redis;
  if (run > 1) return;
  // What an implementation without epochs makes of an empty Redis: the same stack as ever.
  const resumed = turn.rules.epochIsFresh ? {} : { epoch: 1, owner: 2, timeline: 1 };
  turn.can("Redis restarts empty", (after) => {
    after.redis = { run: 2, data: { ...emptyDataSet(), ...resumed, entry: data.entry }, saved: undefined };
  });
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
      after.redis = { run: 2, data: copyDataSet(saved), saved: undefined };
    });
}
