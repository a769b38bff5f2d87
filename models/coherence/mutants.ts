// The protocol without one of its rules, and what that must be convicted of: found by breadth, in the fewest steps.

import type { FamilyName } from "./families.ts";
import type { Property } from "./properties.ts";
import type { RuleName } from "./rules.ts";

export interface Mutant {
  without: readonly [RuleName, ...RuleName[]];
  family: FamilyName;
  violates: Property;
  /** Length of its shortest history. */
  steps: number;
}

/** Where two rules do the same work, each alone is enough, and a mutant must lack both. */
export interface Equivalent {
  without: readonly [RuleName];
  families: readonly FamilyName[];
}

export const mutants: readonly Mutant[] = [
  { without: ["lsnIsReadAfterCommit"], family: "oneWriter", violates: "staleByLagOnly", steps: 7 },
  { without: ["markerKeepsLaterLsn"], family: "twoWriters", violates: "staleByLagOnly", steps: 9 },
  { without: ["writerAppliesToOwnL1"], family: "oneWriter", violates: "ownWriteInProcess", steps: 8 },
  { without: ["acknowledgesAfterLastChunk"], family: "chunks", violates: "ownWriteWithToken", steps: 7 },
  { without: ["lastChunkNamesCommit"], family: "chunks", violates: "freshAtRest", steps: 8 },
  { without: ["tailerRepeats"], family: "oneWriter", violates: "freshAtRest", steps: 7 },
  { without: ["tailerWaitsForVisibility"], family: "lateVisibility", violates: "freshAtRest", steps: 8 },
  { without: ["tailerComparesIds"], family: "lateVisibility", violates: "freshAtRest", steps: 14 },
  { without: ["stampIsTakenBeforeLoad"], family: "oneWriter", violates: "freshAtRest", steps: 10 },
  { without: ["loadsAreFenced"], family: "oneWriter", violates: "staleByLagOnly", steps: 7 },
  { without: ["stampAndFenceAreOneScript"], family: "oneWriter", violates: "freshAtRest", steps: 11 },
  { without: ["readsCompareStamps"], family: "oneWriter", violates: "staleByLagOnly", steps: 8 },
  { without: ["lateCheckReloads"], family: "lateTags", violates: "staleByLagOnly", steps: 7 },
  { without: ["joinersGetSecondLoad"], family: "lateTags", violates: "ownWriteWithToken", steps: 8 },
  { without: ["joinsAreNotOlder"], family: "oneWriter", violates: "ownWriteWithToken", steps: 9 },
  { without: ["snapshotsStayOut"], family: "openTransaction", violates: "freshAtRest", steps: 12 },
  { without: ["missingMarkerMeansFloor"], family: "markersDropped", violates: "staleByLagOnly", steps: 7 },
  { without: ["floorKeepsLsn"], family: "markersDropped", violates: "staleByLagOnly", steps: 7 },
  {
    without: ["l1ComparesStamps", "l1ReservesSlots"],
    family: "oneWriter",
    violates: "freshAtRest",
    steps: 10,
  },
  { without: ["gapEmptiesL1"], family: "logTrimmed", violates: "freshAtRest", steps: 10 },
  { without: ["epochEmptiesL1"], family: "redisEmptiedWithL1", violates: "freshAtRest", steps: 13 },
  { without: ["tokenHoldsL1"], family: "oneWriter", violates: "ownWriteWithToken", steps: 8 },
  { without: ["tokenHoldsReplicas"], family: "redisUnreachable", violates: "ownWriteWithToken", steps: 5 },
  { without: ["readsReturnTokens"], family: "monotonicReads", violates: "noReturn", steps: 12 },
  { without: ["timelinesAreCompared"], family: "promotedWithTwoWriters", violates: "freshAtRest", steps: 9 },
  {
    without: ["tokenWithoutSeqBypasses"],
    family: "redisUnreachable",
    violates: "ownWriteWithToken",
    steps: 7,
  },
  { without: ["ownerIsChecked"], family: "redisSetBack", violates: "staleByLagOnly", steps: 8 },
  { without: ["epochIsFresh"], family: "redisEmptied", violates: "freshAtRest", steps: 8 },
  { without: ["newFloorHasLsn"], family: "redisEmptied", violates: "staleByLagOnly", steps: 9 },
  { without: ["flushIsReadAfterLoss"], family: "redisEmptied", violates: "staleByLagOnly", steps: 9 },
  { without: ["epochIsOfOneTimeline"], family: "promoted", violates: "staleByLagOnly", steps: 10 },
  { without: ["promotionChangesEpoch"], family: "promoted", violates: "freshAtRest", steps: 6 },
];

export const equivalents: readonly Equivalent[] = [
  { without: ["lostLeaseVoidsFill"], families: ["oneWriter", "twoWriters", "leasesExpire"] },
  { without: ["l1ReservesSlots"], families: ["oneWriter"] },
  { without: ["l1ComparesStamps"], families: ["oneWriter"] },
];
