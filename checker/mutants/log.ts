// Without the rules by which the log is written and followed.

import type { Patch } from "../patched-source.ts";
import * as plays from "../plays/index.ts";
import type { Mutant } from "./mutant.ts";

const log = "coherence/shared-log";
const [sharedLog, followed, scripts] = [
  `${log}/shared-log.ts`,
  `${log}/followed.ts`,
  `${log}/scripts.ts`,
] as const;
const [floors, remoteLog] = [`${log}/floors.ts`, `${log}/remote-log.ts`] as const;

/** Who has lost its connection looks for the log only after a while. */
const slowFollower: readonly Patch[] = [
  { file: `${log}/follower.ts`, old: "const leastPauseMs = 50;", text: "const leastPauseMs = 700;" },
];
const fewMarkers: readonly Patch[] = [
  { file: remoteLog, old: "const mostMarkers = 100_000;", text: "const mostMarkers = 3;" },
];

export const logMutants: readonly Mutant[] = [
  {
    rule: "entriesBearEpochs",
    play: plays.setBack,
    patches: [
      {
        file: followed,
        old: "return epoch === this.#epoch?.name && seq !== undefined ? this.#epoch.base + seq : undefined;",
        text: "return epoch !== '' && seq !== undefined && this.#epoch ? this.#epoch.base + seq : undefined;",
      },
    ],
  },
  {
    rule: "ownerIsChecked",
    play: plays.setBack,
    patches: [
      { file: `${log}/state.ts`, old: `field.get("owner") === text(run)`, text: `text(run) !== ""` },
      { file: scripts, old: " or known[2] ~= run()", text: "" },
    ],
  },
  {
    rule: "adoptionEmptiesL1",
    play: plays.lostBeforeHeard,
    patches: [{ file: followed, old: "this.table.forget()", text: "this.table.place" }],
  },
  {
    rule: "epochIsFresh",
    play: plays.lostBeforeHeard,
    patches: [{ file: remoteLog, old: `randomBytes(8).toString("base64url")`, text: `"same"` }],
  },
  {
    rule: "floorHasLsn",
    play: plays.startsBehindReplicas,
    patches: [{ file: floors, old: "return merged(fence, floors);", text: "return fence;" }],
  },
  {
    rule: "primaryUntilFlushIsRead",
    play: plays.silentPrimaryForStranger,
    patches: [
      {
        file: floors,
        old: "for (const name of clusters.keys()) floors.set(name, this.#known.get(name) ?? unknown);",
        text: "for (const [name, known] of this.#known) floors.set(name, known);",
      },
    ],
  },
  {
    rule: "tokenHoldsL1",
    play: plays.unheard,
    arranged: slowFollower,
    patches: [
      {
        file: followed,
        old: "return this.#epoch?.name === epoch && seq !== undefined && this.#epoch.seq >= seq;",
        text: "return this.#epoch?.name === epoch || seq === undefined;",
      },
    ],
  },
  {
    rule: "writerAppliesFirst",
    play: plays.unheard,
    arranged: slowFollower,
    patches: [
      { file: followed, old: "this.#mark(said, place, Date.now());", text: "" },
      { file: followed, old: "if (seq === epoch.seq + 1) this.#advance(epoch, seq);", text: "" },
      { file: sharedLog, old: "if (!isNext) this.pull().catch(() => undefined);", text: "void isNext;" },
    ],
  },
  {
    rule: "readTokensArePulled",
    play: plays.newerThanHeard,
    arranged: slowFollower,
    patches: [{ file: sharedLog, old: "await this.pull();\n    scope.mustFollow", text: "scope.mustFollow" }],
  },
  {
    rule: "silence ends trust",
    play: plays.silence,
    arranged: slowFollower,
    patches: [
      {
        file: sharedLog,
        old: "this.table.trustedUntil = sentAt + this.#parts.silenceMs;",
        text: "this.table.trustedUntil = Infinity;",
      },
    ],
  },
  {
    rule: "tokenHoldsReplicas",
    play: plays.awayAndLagging,
    patches: [
      {
        file: "coherence/scope.ts",
        old: "merged(parent?.positions() ?? nothing, positions)",
        text: "merged(nothing, positions)",
      },
      // A load past the caches asks for it twice more: with what was written, and by the primary where that is not known.
      {
        file: "cache/search.ts",
        old: "merged(log.table.fenceOf(load.tags), writtenSoFar())",
        text: "log.table.fenceOf(load.tags)",
      },
      {
        file: "cache/search.ts",
        old: "const isUnsure = parent !== undefined && !log.meets(parent);",
        text: "const isUnsure = false;",
      },
    ],
  },
  {
    rule: "tokenWithoutSeqBypasses",
    play: plays.leftToTailer,
    patches: [
      {
        file: sharedLog,
        old: "if (mark.seq === undefined && !this.#isRepeated(scope.positions() ?? new Map())) return false;",
        text: "",
      },
    ],
  },
  {
    rule: "processBearsUnannounced",
    play: plays.leftToTailer,
    patches: [{ file: sharedLog, old: "this.table.withhold(", text: "void (" }],
  },
  {
    rule: "droppedMarkerRaisesFloor",
    play: plays.manyTags,
    arranged: fewMarkers,
    patches: [{ file: scripts, old: "'floor', floor, 'began'", text: "'floor', 0, 'began'" }],
  },
  {
    rule: "gapIsAdopted",
    play: plays.trimmedLog,
    patches: [{ file: followed, old: " || line.seq > epoch.seq + 1", text: "" }],
  },
];
