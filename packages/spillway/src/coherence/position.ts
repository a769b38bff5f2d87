// Places in the write-ahead log.

/**
 * A place in the WAL of one timeline. `lsn` counts bytes (PostgreSQL manual, 8.20, pg_lsn); it is exact up
 * to 2^53, which is nine petabytes of WAL. `Infinity` is a place that could not be learned: only the primary
 * is known to have reached it.
 */
export interface Position {
  timeline: number;
  lsn: number;
}

const high = 2 ** 32;

/** From PostgreSQL's form, such as `16/B374D848`. */
export function parseLsn(text: string): number {
  const [upper = "", lower = ""] = text.split("/");
  return parseInt(upper, 16) * high + parseInt(lower, 16);
}

/**
 * The later of two. A newer timeline is later, wherever its position is: the older one is void. A place that could not
 * be learned stays unknown, whatever it meets.
 */
export function later(one: Position | undefined, other: Position): Position {
  if (one === undefined) return other;
  if (one.lsn === Infinity || other.lsn === Infinity)
    return { timeline: Math.max(one.timeline, other.timeline), lsn: Infinity };
  if (other.timeline > one.timeline) return other;
  if (one.timeline > other.timeline) return one;
  return one.lsn >= other.lsn ? one : other;
}

/** Positions by the name of their cluster. */
export type Positions = ReadonlyMap<string, Position>;

export const nothing: Positions = new Map();

/** The later position of each cluster. */
export function merged(one: Positions, other: Positions): Positions {
  if (other.size === 0) return one;
  if (one.size === 0) return other;
  const both = new Map(one);
  for (const [cluster, position] of other) both.set(cluster, later(both.get(cluster), position));
  return both;
}

/** `timeline~lsn`, the lsn in base 36 or `x` for a place that could not be learned. */
export function positionText({ timeline, lsn }: Position): string {
  return `${timeline}~${lsn === Infinity ? "x" : lsn.toString(36)}`;
}

export function readPosition(written: string): Position {
  const [timeline, lsn] = written.split("~");
  return { timeline: Number(timeline), lsn: lsn === "x" ? Infinity : parseInt(lsn ?? "", 36) };
}

/** Whether a place that has been reached is at or past another: past one that is not known, never. */
export function hasReached(reached: Position | undefined, wanted: Position): boolean {
  if (reached === undefined || wanted.lsn === Infinity) return false;
  return (
    reached.timeline > wanted.timeline || (reached.timeline === wanted.timeline && reached.lsn >= wanted.lsn)
  );
}
