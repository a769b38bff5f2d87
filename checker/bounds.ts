// How stale a read may be that bears no token, by what was promised to it. Each number follows from a setting.

import type { Fault, Write } from "./history.ts";

/** The settings of the processes under test, in milliseconds; shorter than their defaults, to show more in less time. */
export const settings = {
  /** How long a process trusts its memory without a word from Redis. */
  maxSilence: 1_000,
  /** How far a replica may be behind to be read by a stranger. */
  maxLag: 1_000,
} as const;

/** What a machine that is short of processors adds to any of the bounds. */
const noise = 500;

/** A write that was announced, with no fault about: its line is followed within milliseconds. */
const announced = settings.maxSilence;
/**
 * The same under any fault: memory is trusted for so long, and what is then loaded past the caches may come from a
 * replica that has not heard of the write either.
 */
const announcedInTrouble = settings.maxSilence + settings.maxLag + noise;
/** A write that only the tailer announces: it waits 100 ms for the writer, then for what it commits to be visible. */
const tailed = 1_000 + noise;
/** After a fault until there is a tailer again (1.25 s), its log is asked again (1 s) and the log is found (0.5 s). */
const recovery = 1_250 + 1_000 + 500 + noise;

/** Whether a read that is called at `at` has to see a write that was acknowledged before. */
export function isDue(write: Write, at: number, faults: readonly Fault[]): boolean {
  const { acknowledged } = write;
  if (acknowledged === undefined) return false;
  const age = at - acknowledged;
  if (age <= Math.min(announced, tailed)) return false;
  const about = faults.filter(
    ({ began, ended }) => began <= at && (ended ?? Infinity) + recovery >= acknowledged,
  );
  if (write.announced) return age > (about.length === 0 ? announced : announcedInTrouble);
  return calmTime(acknowledged, at, about) > tailed;
}

/** Of the time between two moments, how much no fault was on and all had recovered. */
function calmTime(from: number, to: number, faults: readonly Fault[]): number {
  let calm = 0;
  let at = from;
  for (const { began, ended } of faults.toSorted((one, other) => one.began - other.began)) {
    if (began > to) break;
    calm += Math.max(0, began - at);
    at = Math.max(at, (ended ?? Infinity) + recovery);
  }
  return calm + Math.max(0, to - at);
}
