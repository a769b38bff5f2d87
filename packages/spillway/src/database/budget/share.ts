// How many connections each pool may have, so that all of them together fit the server. Pure.

export interface Room {
  /** Connections the server takes from ordinary roles. */
  connections: number;
  /** Pools that have announced themselves on it, this one included. */
  pools: number;
}

export interface ShareSettings {
  max: number;
  budgetReserve: number;
  /** Connections of this pool beside the counted ones: the watch, and the pipelined one. */
  extra: number;
}

/** What a pool begins with, until it has been counted by the others: they must shrink before it grows. */
export const firstShare = 2;

/** The maximum of one pool; below 1 when there is not even room for one connection each. */
export function shareOf({ connections, pools }: Room, { max, budgetReserve, extra }: ShareSettings): number {
  const each = Math.floor((connections - budgetReserve) / Math.max(1, pools)) - extra;
  return Math.min(max, each);
}
