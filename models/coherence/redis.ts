// What happens inside Redis. Each function is one script: nothing comes between its lines.

import { timelineOf } from "./postgres.ts";
import type { Rules } from "./rules.ts";
import {
  valueTag,
  type DataSet,
  type Lsn,
  type LogLine,
  type Read,
  type Redis,
  type Seq,
  type State,
} from "./state.ts";

export function emptyDataSet(): DataSet {
  return {
    epoch: 0,
    owner: 0,
    timeline: 0,
    seq: 0,
    floor: 0,
    marker: 0,
    log: [],
    trimmed: 0,
    tailed: 0,
    entry: undefined,
    lease: undefined,
  };
}

/** Whether a script finds the data set that it may work on. */
export function isUsable({ run, data }: Redis, rules: Rules): boolean {
  return data.epoch > 0 && (data.owner === run || !rules.ownerIsChecked);
}

/** Whether an invalidation for a commit at `lsn` may go into the log: its epoch must know of that timeline. */
export function accepts(redis: Redis, lsn: Lsn, rules: Rules): boolean {
  if (!isUsable(redis, rules)) return false;
  return timelineOf(lsn) <= redis.data.timeline || !rules.epochIsOfOneTimeline;
}

export function needsNewEpoch({ redis, postgres }: State, rules: Rules): boolean {
  if (!isUsable(redis, rules)) return true;
  return rules.promotionChangesEpoch && redis.data.timeline !== timelineOf(postgres.flushed);
}

/** Puts one chunk of a commit's tags into the log; the chunk that completes it names the commit. */
export function invalidate(data: DataSet, line: LogLine): void {
  data.seq++;
  if (line.tags.includes(valueTag)) data.marker = data.seq;
  data.log.push(line);
}

/** Judges an entry that is older than a process's floor: valid up to the seq that this returns. */
export function judge({ redis }: State, rules: Rules): Seq | undefined {
  const { epoch, seq, floor, marker, entry } = redis.data;
  if (!isUsable(redis, rules) || entry?.epoch !== epoch) return undefined;
  // A missing marker means the floor.
  return entry.stamp >= Math.max(floor, marker) ? seq : undefined;
}

/** Stores what was loaded, if the lease for it is still held. */
export function fill(data: DataSet, client: number, { read, rules }: { read: Read; rules: Rules }): void {
  const holdsLease = data.lease?.client === client;
  if (holdsLease) data.lease = undefined;
  else if (rules.fillsNeedLease) return;
  data.entry = { value: read.value, stamp: read.stamp, epoch: read.epoch };
}

/** Forgets the marker; the floor rises to it. */
export function dropMarker(data: DataSet, rules: Rules): void {
  if (rules.droppedMarkerRaisesFloor) data.floor = Math.max(data.floor, data.marker);
  data.marker = 0;
}

/** Everything from before is void. Entries have keys of their own: they outlive their epoch. */
export function beginEpoch({ redis, postgres }: State, rules: Rules): void {
  const { data, run } = redis;
  redis.data = {
    ...emptyDataSet(),
    // An epoch is drawn at random; here it is the count of losses and timelines, which never repeats either.
    epoch: rules.epochIsFresh ? Math.max(data.epoch, run) + 1 : 1,
    owner: run,
    timeline: timelineOf(postgres.flushed),
    entry: data.entry,
  };
}
