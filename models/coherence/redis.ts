// What happens inside Redis. Each function is one script: nothing comes between its lines.

import { timelineOf } from "./postgres.ts";
import type { Rules } from "./rules.ts";
import { valueTag, type DataSet, type Lsn, type Marker, type Read, type Redis, type State } from "./state.ts";

export function emptyDataSet(): DataSet {
  return {
    epoch: 0,
    owner: 0,
    timeline: 0,
    seq: 0,
    floor: { seq: 0, lsn: 0 },
    marker: undefined,
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

/** What the value's tag asks of it; a marker that is missing means the floor. */
export function markerOf({ marker, floor }: DataSet): Marker {
  if (marker === undefined) return floor;
  return { seq: Math.max(floor.seq, marker.seq), lsn: Math.max(floor.lsn, marker.lsn) };
}

/** Puts one chunk of a commit's tags into the log. `commit` is named if this chunk completes it. */
export function invalidate(
  data: DataSet,
  chunk: { tags: readonly number[]; lsn: Lsn; commit?: number },
  rules: Rules,
): void {
  const seq = ++data.seq;
  const before = rules.markerKeepsLaterLsn ? markerOf(data).lsn : 0;
  if (chunk.tags.includes(valueTag)) data.marker = { seq, lsn: Math.max(before, chunk.lsn) };
  data.log.push({ tags: chunk.tags, commit: chunk.commit });
}

/** The safety rule: an entry is served only if its stamp is not older than its tags' markers. */
export function isServed(data: DataSet, rules: Rules): boolean {
  if (data.entry === undefined) return false;
  if (!rules.readsCompareStamps) return true;
  return data.entry.epoch === data.epoch && data.entry.stamp >= markerOf(data).seq;
}

/** Gives the one lease of the key; who comes with a newer stamp takes it over. */
export function lease(data: DataSet, client: number): boolean {
  if (data.lease !== undefined && data.lease.stamp >= data.seq) return false;
  data.lease = { client, stamp: data.seq };
  return true;
}

/** Stores what was loaded, and tells whether it did. */
export function fill(data: DataSet, client: number, { read, rules }: { read: Read; rules: Rules }): boolean {
  const holdsLease = data.lease?.client === client;
  if (holdsLease) data.lease = undefined;
  if (data.epoch !== read.epoch) return false;
  const isVoid = !holdsLease || read.stamp < markerOf(data).seq;
  if (isVoid && rules.lostLeaseVoidsFill) return false;
  data.entry = { value: read.value, stamp: read.stamp, epoch: read.epoch };
  return true;
}

/** Forgets a marker; the floor rises to it. */
export function dropMarker(data: DataSet, rules: Rules): void {
  const { seq, lsn } = data.marker!;
  data.marker = undefined;
  if (!rules.missingMarkerMeansFloor) return;
  const { floor } = data;
  data.floor = {
    seq: Math.max(floor.seq, seq),
    lsn: rules.floorKeepsLsn ? Math.max(floor.lsn, lsn) : floor.lsn,
  };
}

/** Everything from before is void; `flushed` is where the primary was after the loss was seen. */
export function beginEpoch(redis: Redis, flushed: Lsn, rules: Rules): void {
  const { data } = redis;
  redis.data = {
    ...emptyDataSet(),
    epoch: rules.epochIsFresh ? nextEpoch(redis) : 1,
    owner: redis.run,
    timeline: timelineOf(flushed),
    floor: { seq: 0, lsn: rules.newFloorHasLsn ? flushed : 0 },
    // Entries have keys of their own: they outlive their epoch.
    entry: data.entry,
  };
}

/** An epoch is drawn at random; here it is the count of losses and timelines, which never repeats either. */
function nextEpoch({ run, data }: Redis): number {
  return Math.max(data.epoch, run) + 1;
}
