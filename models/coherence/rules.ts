// The safety rules of the protocol, each a switch. The protocol runs with all of them; a mutant lacks one.

interface Rule {
  /** The point of the design's section on coherence that it belongs to. */
  point: number;
  rule: string;
}

const list = {
  lsnIsReadAfterCommit: { point: 1, rule: "The writer's lsn is read with the end of COMMIT, not before it." },
  writerAppliesFirst: {
    point: 1,
    rule: "The writer applies its tags to its own process's table before it acknowledges.",
  },
  otherEpochIsDistrusted: {
    point: 1,
    rule: "Where the log's epoch is not the process's, the writer makes the process trust nothing until it has adopted one.",
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
  stampIsTakenBeforeLoad: { point: 3, rule: "The stamp is the process's position from before the load." },
  loadsAreFenced: { point: 3, rule: "A replica is read only when it has replayed the fence." },
  readsCompareStamps: {
    point: 3,
    rule: "An entry of Redis is served only if its stamp is not older than the table, or Redis judges it valid.",
  },
  entriesBearEpochs: {
    point: 3,
    rule: "An entry of Redis is served only in the epoch that it was loaded in.",
  },
  fillsNeedLease: { point: 3, rule: "A fill is stored only while its lease is held." },
  lateCheckReloads: {
    point: 3,
    rule: "A value whose late tags ask for more than its load had to see is loaded again at the primary.",
  },
  joinersGetSecondLoad: {
    point: 3,
    rule: "Those who joined a load that is done again get the second result.",
  },
  joinsAreNotOlder: {
    point: 3,
    rule: "A reader joins no load whose stamp is not valid by its process's table.",
  },
  snapshotsStayOut: { point: 3, rule: "Nothing read in a REPEATABLE READ transaction is kept." },
  droppedMarkerRaisesFloor: {
    point: 4,
    rule: "A marker that Redis drops raises the floor; missing means the floor.",
  },
  floorKeepsSeq: { point: 5, rule: "A marker that a process forgets raises its floor's seq." },
  floorKeepsLsn: { point: 5, rule: "A marker that a process forgets raises its floor's lsn." },
  markerKeepsLaterLsn: {
    point: 5,
    rule: "A marker's lsn never goes back: the later of old and new is kept.",
  },
  l1ComparesStamps: {
    point: 5,
    rule: "An entry of L1 is served only if its stamp is not older than the table.",
  },
  l1KeepsOwnEpoch: { point: 5, rule: "What was loaded in another epoch is not kept in L1." },
  gapIsAdopted: { point: 5, rule: "A gap in the log makes a process adopt the epoch anew." },
  adoptionEmptiesL1: { point: 5, rule: "A process that adopts an epoch empties its L1." },
  floorHasLsn: {
    point: 5,
    rule: "A process that has adopted an epoch raises its floor to the primary's flush position.",
  },
  flushIsReadAfterAdoption: { point: 5, rule: "That position is read after the epoch was adopted." },
  primaryUntilFlushIsRead: { point: 5, rule: "Until it is read, the process loads from the primary only." },
  tokenHoldsL1: {
    point: 7,
    rule: "A process serves a token's bearer only when it has followed the log to the token's seq.",
  },
  tokenOfOtherEpochPulls: {
    point: 7,
    rule: "A process of another epoch than the token's pulls before it serves the bearer.",
  },
  tokenHoldsReplicas: { point: 7, rule: "A replica serves a token's bearer only past the token's lsn." },
  readsReturnTokens: { point: 7, rule: "The answer to a read carries a token too." },
  readTokensArePulled: {
    point: 7,
    rule: "That token is what a pull during the read came to, not the stamp of what was read.",
  },
  timelinesAreCompared: { point: 7, rule: "A place in the WAL is compared together with its timeline." },
  tokenWithoutSeqBypasses: {
    point: 8,
    rule: "The bearer of a token without seq passes the caches by until the tailer has reached its lsn.",
  },
  tokenWithoutSeqPulls: { point: 8, rule: "After that the process pulls before it serves the bearer." },
  processBearsUnannounced: {
    point: 8,
    rule: "A process that has acknowledged without Redis treats itself as the bearer of that token.",
  },
  ownerIsChecked: { point: 8, rule: "A data set that belongs to another run of Redis is not used." },
  epochIsFresh: { point: 8, rule: "A data set that was lost gets a new epoch." },
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

export function allRulesBut(off?: RuleName): Rules {
  return Object.fromEntries(ruleNames.map((name) => [name, name !== off])) as Rules;
}
