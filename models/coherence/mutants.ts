// The protocol without one of its rules, and what that must be convicted of: found by breadth, in the fewest steps.

import type { FamilyName } from "./families.ts";
import type { Property } from "./properties.ts";
import type { RuleName } from "./rules.ts";

export interface Mutant {
  without: RuleName;
  family: FamilyName;
  violates: Property;
  /** Length of its shortest history. */
  steps: number;
}

/** A rule that is no safety rule, since others do the same work; the families in which it could be one. */
export interface Equivalent {
  without: RuleName;
  families: readonly FamilyName[];
}

export const mutants: readonly Mutant[] = [
  { without: "lsnIsReadAfterCommit", family: "oneWriter", violates: "staleByLagOnly", steps: 7 },
  { without: "writerAppliesFirst", family: "oneWriter", violates: "ownWriteInProcess", steps: 7 },
  {
    without: "otherEpochIsDistrusted",
    family: "redisEmptiedForWriter",
    violates: "ownWriteInProcess",
    steps: 9,
  },
  { without: "acknowledgesAfterLastChunk", family: "chunks", violates: "ownWriteWithToken", steps: 7 },
  { without: "lastChunkNamesCommit", family: "chunks", violates: "freshAtRest", steps: 8 },
  { without: "tailerRepeats", family: "oneWriter", violates: "freshAtRest", steps: 7 },
  { without: "tailerWaitsForVisibility", family: "lateVisibility", violates: "freshAtRest", steps: 8 },
  { without: "tailerComparesIds", family: "chunks", violates: "freshAtRest", steps: 8 },
  { without: "stampIsTakenBeforeLoad", family: "oneWriter", violates: "staleByLagOnly", steps: 8 },
  { without: "loadsAreFenced", family: "oneWriter", violates: "staleByLagOnly", steps: 7 },
  { without: "readsCompareStamps", family: "oneWriter", violates: "staleByLagOnly", steps: 8 },
  { without: "entriesBearEpochs", family: "redisEmptied", violates: "staleByLagOnly", steps: 9 },
  { without: "lateCheckReloads", family: "lateTags", violates: "staleByLagOnly", steps: 7 },
  { without: "joinersGetSecondLoad", family: "lateTags", violates: "staleByLagOnly", steps: 8 },
  { without: "joinsAreNotOlder", family: "oneWriter", violates: "staleByLagOnly", steps: 9 },
  { without: "snapshotsStayOut", family: "openTransaction", violates: "staleByLagOnly", steps: 9 },
  { without: "droppedMarkerRaisesFloor", family: "processStarts", violates: "staleByLagOnly", steps: 10 },
  { without: "floorKeepsSeq", family: "tablesForget", violates: "staleByLagOnly", steps: 10 },
  { without: "floorKeepsLsn", family: "tablesForget", violates: "staleByLagOnly", steps: 10 },
  { without: "markerKeepsLaterLsn", family: "twoWriters", violates: "staleByLagOnly", steps: 9 },
  { without: "l1ComparesStamps", family: "oneWriter", violates: "staleByLagOnly", steps: 8 },
  { without: "l1KeepsOwnEpoch", family: "redisEmptiedForWriter", violates: "ownWriteInProcess", steps: 10 },
  { without: "gapIsAdopted", family: "logTrimmed", violates: "staleByLagOnly", steps: 10 },
  { without: "adoptionEmptiesL1", family: "redisEmptiedWithL1", violates: "staleByLagOnly", steps: 11 },
  { without: "floorHasLsn", family: "processStarts", violates: "staleByLagOnly", steps: 10 },
  { without: "flushIsReadAfterAdoption", family: "processStarts", violates: "staleByLagOnly", steps: 10 },
  { without: "primaryUntilFlushIsRead", family: "processStarts", violates: "staleByLagOnly", steps: 9 },
  { without: "tokenHoldsL1", family: "oneWriter", violates: "ownWriteWithToken", steps: 8 },
  {
    without: "tokenOfOtherEpochPulls",
    family: "redisEmptiedWithL1",
    violates: "ownWriteWithToken",
    steps: 10,
  },
  { without: "tokenHoldsReplicas", family: "redisUnreachable", violates: "ownWriteWithToken", steps: 4 },
  { without: "readsReturnTokens", family: "monotonicReads", violates: "noReturn", steps: 12 },
  { without: "readTokensArePulled", family: "monotonicReads", violates: "noReturn", steps: 13 },
  { without: "timelinesAreCompared", family: "promotedWithL1", violates: "freshAtRest", steps: 11 },
  { without: "tokenWithoutSeqBypasses", family: "redisUnreachable", violates: "ownWriteWithToken", steps: 8 },
  { without: "tokenWithoutSeqPulls", family: "redisUnreachable", violates: "ownWriteWithToken", steps: 8 },
  {
    without: "processBearsUnannounced",
    family: "redisUnreachableForOne",
    violates: "ownWriteInProcess",
    steps: 5,
  },
  { without: "ownerIsChecked", family: "redisSetBack", violates: "staleByLagOnly", steps: 8 },
  { without: "epochIsFresh", family: "redisEmptied", violates: "staleByLagOnly", steps: 7 },
  { without: "promotionChangesEpoch", family: "promoted", violates: "freshAtRest", steps: 6 },
];

export const equivalents: readonly Equivalent[] = [
  { without: "fillsNeedLease", families: ["oneWriter", "twoWriters"] },
  { without: "epochIsOfOneTimeline", families: ["promoted", "promotedWithL1"] },
];
