// How stale reads were: how long before a read the first write was acknowledged that it did not show.

import type { History, Read } from "./history.ts";

export interface Spread {
  reads: number;
  stale: number;
  /** Of all reads, in milliseconds. */
  p50: number;
  p99: number;
  max: number;
}

/** Of reads without a fault about, and of those with one. */
export function stalenessOf(history: History): Record<"calm" | "troubled", Spread> {
  const ages = { calm: [] as number[], troubled: [] as number[] };
  const byItem = Map.groupBy(history.writes, ({ item }) => item);
  for (const read of history.reads) {
    const isTroubled = history.faults.some(
      ({ began, ended }) => began <= read.returned && (ended ?? Infinity) + aftermathMs >= read.called,
    );
    ages[isTroubled ? "troubled" : "calm"].push(ageOf(read, byItem));
  }
  return { calm: spreadOf(ages.calm), troubled: spreadOf(ages.troubled) };
}

/** How long after its end a fault is still blamed. */
const aftermathMs = 3_000;

function ageOf({ seen, called }: Read, byItem: ReadonlyMap<number, History["writes"]>): number {
  let first = called;
  for (const { item, version } of seen)
    for (const write of byItem.get(item) ?? [])
      if (write.version > version) first = Math.min(first, write.acknowledged ?? Infinity);
  return called - first;
}

function spreadOf(ages: number[]): Spread {
  const sorted = ages.toSorted((one, other) => one - other);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  const stale = sorted.filter((age) => age > 0).length;
  return { reads: sorted.length, stale, p50: at(0.5), p99: at(0.99), max: at(1) };
}
