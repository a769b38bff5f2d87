// The safety rules of the protocol, each a switch. The protocol runs with all of them; a mutant lacks one.

interface Rule {
  /** The point of the design's section on coherence that it belongs to. */
  point: number;
  rule: string;
}

const list = {
  lsnIsReadAfterCommit: { point: 1, rule: "The writer's lsn is read with the end of COMMIT, not before it." },
  markerKeepsLaterLsn: {
    point: 1,
    rule: "A marker's lsn never goes back: the later of old and new is kept.",
  },
  writerAppliesToOwnL1: {
    point: 1,
    rule: "The writer applies its tags to its own L1 before it acknowledges.",
  },
  acknowledgesAfterLastChunk: { point: 1, rule: "A write is acknowledged after the last chunk of its tags." },
  lastChunkNamesCommit: {
    point: 1,
    rule: "Only the last chunk puts the commit's id into the log, so that a crash between chunks is repeated.",
  },
  tailerRepeats: { point: 2, rule: "The tailer repeats every commit that the log lacks." },
  tailerWaitsForVisibility: {
    point: 2,
    rule: "The tailer invalidates once the commit is visible on the primary, not when it is flushed.",
  },
  tailerComparesIds: {
    point: 2,
    rule: "The tailer passes over a commit by its id in the log, never by lsn.",
  },
  stampIsTakenBeforeLoad: { point: 3, rule: "The stamp is the seq from before the load." },
  loadsAreFenced: { point: 3, rule: "A replica is read only when it has replayed the fence." },
  stampAndFenceAreOneScript: { point: 3, rule: "The fence is not read before the stamp." },
  readsCompareStamps: { point: 3, rule: "Every read of Redis compares the entry's stamp with the markers." },
  lostLeaseVoidsFill: { point: 3, rule: "A fill whose lease is lost, or whose stamp is old, is refused." },
  lateCheckReloads: {
    point: 3,
    rule: "A value whose late tags ask for more than its replica had is loaded again at the primary.",
  },
  joinersGetSecondLoad: {
    point: 3,
    rule: "Those who joined a load that is done again get the second result.",
  },
  joinsAreNotOlder: { point: 3, rule: "A reader joins no load whose stamp is older than what it must see." },
  snapshotsStayOut: { point: 3, rule: "Nothing read in a REPEATABLE READ transaction is kept." },
  missingMarkerMeansFloor: {
    point: 4,
    rule: "A dropped marker raises the floor's seq; missing means the floor.",
  },
  floorKeepsLsn: { point: 4, rule: "A dropped marker raises the floor's lsn as well." },
  l1ComparesStamps: {
    point: 5,
    rule: "An L1 entry is served only if its stamp is not older than the table.",
  },
  l1ReservesSlots: {
    point: 5,
    rule: "An invalidation that arrives during a load keeps the value out of L1.",
  },
  gapEmptiesL1: { point: 5, rule: "A gap in the log empties L1." },
  epochEmptiesL1: { point: 5, rule: "Another epoch empties L1." },
  tokenHoldsL1: { point: 7, rule: "L1 serves a token's bearer only when it has applied the token's seq." },
  tokenHoldsReplicas: { point: 7, rule: "A replica serves a token's bearer only past the token's lsn." },
  readsReturnTokens: { point: 7, rule: "The answer to a read carries a token too." },
  timelinesAreCompared: { point: 7, rule: "A place in the WAL is compared together with its timeline." },
  tokenWithoutSeqBypasses: {
    point: 8,
    rule: "The bearer of a token without seq passes the caches by until the tailer has reached its lsn.",
  },
  ownerIsChecked: { point: 8, rule: "A data set that belongs to another run of Redis is not used." },
  epochIsFresh: { point: 8, rule: "A data set that was lost gets a new epoch." },
  newFloorHasLsn: { point: 8, rule: "A new epoch starts with the floor at the primary's flush position." },
  flushIsReadAfterLoss: { point: 8, rule: "That position is read after the loss was seen." },
  epochIsOfOneTimeline: {
    point: 8,
    rule: "An epoch takes no invalidation for a commit on a later timeline: the new epoch comes first.",
  },
  promotionChangesEpoch: { point: 8, rule: "A new timeline of Postgres starts a new epoch." },
} as const satisfies Record<string, Rule>;

export type RuleName = keyof typeof list;
export type Rules = Record<RuleName, boolean>;

export const rules: Readonly<Record<RuleName, Rule>> = list;
export const ruleNames: readonly RuleName[] = Object.keys(list) as RuleName[];

export function allRulesBut(...off: RuleName[]): Rules {
  return Object.fromEntries(ruleNames.map((name) => [name, !off.includes(name)])) as Rules;
}
