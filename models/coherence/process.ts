// The memory of one process: its table, and its L1. How it follows the log is in follower.ts.

import type { Rules } from "./rules.ts";
import {
  primaryOnly,
  valueTag,
  type Lsn,
  type Marker,
  type Process,
  type Read,
  type Seq,
  type Stamped,
} from "./state.ts";

export const none: Marker = { seq: 0, lsn: 0 };

/** Trusts nothing: it loads at the primary and keeps nothing until it has adopted an epoch. */
export const notStarted: Process = {
  epoch: 0,
  position: 0,
  floor: { seq: 0, lsn: primaryOnly },
  marker: none,
  unannounced: 0,
  entry: undefined,
};

export function distrust(process: Process): void {
  Object.assign(process, notStarted, { unannounced: process.unannounced });
}

/** The oldest stamp that is still valid by what this process knows. */
export function oldestValidStamp({ floor, marker }: Process): Seq {
  return Math.max(floor.seq, marker.seq);
}

/** What a load must see; `late` if the value's tags are not known before. */
export function fenceOf({ floor, marker }: Process, late = false): Lsn {
  return late ? floor.lsn : Math.max(floor.lsn, marker.lsn);
}

export function isValid(process: Process, { epoch, stamp }: Stamped): boolean {
  return epoch === process.epoch && stamp >= oldestValidStamp(process);
}

export function l1Serves(process: Process, rules: Rules): boolean {
  if (process.entry === undefined) return false;
  return !rules.l1ComparesStamps || process.entry.stamp >= oldestValidStamp(process);
}

/** Keeps what is known to be valid at its stamp, unless what is there is newer. */
export function keepInL1(process: Process, { epoch, stamp, value }: Read, rules: Rules): void {
  if (epoch === 0 || (epoch !== process.epoch && rules.l1KeepsOwnEpoch)) return;
  if (process.entry === undefined || process.entry.stamp <= stamp) process.entry = { value, stamp };
}

/** Takes the tags of one commit to heart. */
export function apply(
  process: Process,
  { tags, seq, lsn }: { tags: readonly number[]; seq: Seq; lsn: Lsn },
  rules: Rules,
): void {
  if (!tags.includes(valueTag)) return;
  const { marker } = process;
  const before = rules.markerKeepsLaterLsn ? marker.lsn : 0;
  process.marker = { seq: Math.max(marker.seq, seq), lsn: Math.max(before, lsn) };
  // Without comparison of stamps, what is invalidated must be dropped when that is heard.
  if (!rules.l1ComparesStamps) process.entry = undefined;
}

/** Forgets the marker; the floor rises to it. */
export function forgetMarker(process: Process, rules: Rules): void {
  const { floor, marker } = process;
  process.marker = none;
  process.floor = {
    seq: rules.floorKeepsSeq ? Math.max(floor.seq, marker.seq) : floor.seq,
    lsn: rules.floorKeepsLsn ? Math.max(floor.lsn, marker.lsn) : floor.lsn,
  };
}
