// Without the rules by which values are loaded, joined, kept and served.

import type { Patch } from "../patched-source.ts";
import * as plays from "../plays/index.ts";
import type { Mutant } from "./mutant.ts";

const [load, flights, search] = ["cache/load.ts", "cache/flights.ts", "cache/search.ts"] as const;
const [redisTier, memoryTier] = ["cache/redis-tier.ts", "cache/memory-tier.ts"] as const;

const isFenced = "const isFenced = from.primary || covers(scope.positions(), log.fenceOf(all));";
const unchecked: Patch = { file: load, old: isFenced, text: "const isFenced = true;" };

const unjudgedJoin: Patch = {
  file: search,
  old: "(joined && (await this.#newEnough(joined)))",
  text: "(joined && (await joined))",
};

export const cacheMutants: readonly Mutant[] = [
  {
    rule: "loadsAreFenced",
    play: plays.laggingReplicas,
    patches: [
      unchecked,
      {
        file: load,
        old: "Scope.within(currentScope(), log.fenceOf(load.tags), from)",
        text: "Scope.within(currentScope(), new Map(), from)",
      },
    ],
  },
  { rule: "lateCheckReloads", play: plays.laggingReplicas, patches: [unchecked] },
  {
    rule: "lateCheckReloads (the refused value is returned)",
    play: plays.laggingReplicas,
    patches: [{ file: load, old: "if (first.current) return first;", text: "return first;" }],
  },
  {
    rule: "stampIsTakenBeforeLoad",
    play: plays.slowLoad,
    patches: [
      { file: load, old: "const stamp = log.table.place;", text: "" },
      unchecked,
      {
        file: load,
        old: "const all = [...tags];",
        text: "const stamp = log.table.place;\n  const all = [...tags];",
      },
    ],
  },
  {
    rule: "joinsAreNotOlder",
    play: plays.slowFill,
    patches: [
      {
        file: flights,
        old: "flight !== undefined && this.#table.isValid(tags, flight.stamp)",
        text: "flight !== undefined",
      },
      unjudgedJoin,
    ],
  },
  { rule: "what a join gives is judged", play: plays.slowFillOfLate, patches: [unjudgedJoin] },
  {
    // Each of the two is enough for what this process wrote itself.
    rule: "what is loaded past the caches sees what its process wrote, and what its late tags ask for",
    play: plays.awayAndLate,
    patches: [
      {
        file: search,
        old: "merged(log.table.fenceOf(load.tags), writtenSoFar())",
        text: "log.table.fenceOf(load.tags)",
      },
      {
        file: search,
        old: "if (!isUnsure && !covers(scope.positions(), asked)) {",
        text: "if (asked.size < 0) {",
      },
    ],
  },
  {
    rule: "an unknown place stays unknown",
    play: plays.silentPrimaryForSession,
    patches: [
      {
        file: "coherence/position.ts",
        old: "if (one.lsn === Infinity || other.lsn === Infinity)",
        text: "if (one.lsn < 0)",
      },
      { file: "coherence/position.ts", old: " || wanted.lsn === Infinity", text: "" },
    ],
  },
  {
    rule: "readsCompareStamps",
    play: plays.readAndWrite,
    patches: [{ file: redisTier, old: "if (!log.table.isValid(all, stamp)) return undefined;", text: "" }],
  },
  {
    rule: "l1ComparesStamps",
    play: plays.readAndWrite,
    patches: [
      { file: memoryTier, old: "if (!this.#table.isValid(entry.tags, entry.stamp)) return false;", text: "" },
    ],
  },
  {
    rule: "nested tags propagate",
    play: plays.readAndWrite,
    patches: [
      { file: memoryTier, old: "scope?.dependsOn?.(entry.tags);", text: "" },
      { file: search, old: "scope?.dependsOn?.(found.tags);", text: "" },
    ],
  },
];
