// Without the rules of commits and of the tailer.

import * as plays from "../plays/index.ts";
import type { Mutant } from "./mutant.ts";

export const commitMutants: readonly Mutant[] = [
  {
    rule: "snapshotsStayOut",
    play: plays.oldSnapshot,
    patches: [
      {
        file: "cache/cache.ts",
        old: "if (scope?.transaction !== undefined) return form.give(await search.loadApart(asked)) as T;",
        text: "",
      },
    ],
  },
  {
    rule: "tailerRepeats",
    play: plays.diesAfterCommit,
    patches: [
      {
        file: "database/tailer/lane.ts",
        old: "this.#owed = announcementsOf(this.log, visible, this.#fenceOf);",
        text: "this.#owed = [];",
      },
    ],
  },
  {
    rule: "rows that have rules are announced",
    play: plays.writtenInPsql,
    patches: [{ file: "database/tailer/rules.ts", old: "return tags as string[];", text: "return [];" }],
  },
  {
    rule: "tailerWaitsForVisibility",
    play: plays.lateVisibility,
    patches: [
      {
        file: "database/tailer/lane.ts",
        old: "const snapshot = await this.#parts.look();",
        text: "if (commits) return commits;\n    const snapshot = await this.#parts.look();",
      },
    ],
  },
  {
    rule: "acknowledged after the announcement",
    play: plays.lateAnnouncement,
    patches: [
      {
        file: "database/transaction.ts",
        old: "if (invalidates) await announceCommit(said);",
        text: "if (invalidates) void announceCommit(said);",
      },
    ],
  },
  {
    rule: "markerKeepsLaterLsn",
    play: plays.crossedAnnouncements,
    patches: [
      {
        file: "coherence/table.ts",
        old: "before === undefined ? { place, fence } : laterOf(before, { place, fence })",
        text: "before === undefined ? { place, fence } : { place, fence }",
      },
    ],
  },
];
