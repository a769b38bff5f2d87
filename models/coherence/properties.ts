// What must hold. An answer is judged by what was true when its read began; the tiers by what they keep at rest.

import type { Violation } from "./explore.ts";
import type { Family } from "./families.ts";
import { isBehind, isValid } from "./l1.ts";
import { lostRows, primaryRows } from "./postgres.ts";
import { isServed, needsNewEpoch } from "./redis.ts";
import type { Rules } from "./rules.ts";
import type { Answer, Rows, State } from "./state.ts";
import { nextCommit } from "./tailer.ts";
import { clientName, processName, rowsText, Turn, type ProtocolStep } from "./turn.ts";

const properties = {
  ownWriteWithToken: "Who has a write's token reads the write, through any process.",
  ownWriteInProcess: "After a process has acknowledged a write, its reads have it, without any token.",
  noReturn: "A client that hands its tokens on never goes back past an acknowledged write.",
  staleByLagOnly:
    "An acknowledged write is missing only from L1, and only where the process has not followed the whole log.",
  freshAtRest: "When everything has settled, every tier has what the primary has.",
} as const satisfies Record<string, string>;

export type Property = keyof typeof properties;

interface Setting {
  family: Family;
  rules: Rules;
}

const none: Violation[] = [];

export function violations(state: State, step: ProtocolStep, setting: Setting): Violation[] {
  if (step.answers.length > 0) {
    const found = step.answers.flatMap((answer) => judge(state, answer, setting.family));
    if (found.length > 0) return found;
  }
  return isAtRest(step.after, setting) ? staleTiers(step.after, setting) : none;
}

function judge(state: State, answer: Answer, family: Family): Violation[] {
  const { client, process, value, source, began } = answer;
  const lacks = ~value & ~lostRows(state.postgres);
  const { tokenOf, monotonic } = family.clients[client]!;
  const detail = `${clientName(client)} at ${processName(process)} got ${rowsText(value)} from ${source}`;
  const found: Property[] = [];
  if (tokenOf !== undefined && began.acknowledged & (1 << tokenOf) & lacks) found.push("ownWriteWithToken");
  if (began.announced & writtenIn(family, process) & lacks) found.push("ownWriteInProcess");
  if (monotonic && state.clients[client]!.last & began.announced & lacks) found.push("noReturn");
  const mayLag = (source === "L1" || source === "join") && !began.followed;
  if (!mayLag && began.announced & lacks) found.push("staleByLagOnly");
  return found.map((property) => ({ property, detail }));
}

function writtenIn({ writers }: Family, process: number): Rows {
  let rows: Rows = 0;
  writers.forEach((writer, index) => {
    if (writer.process === process) rows |= 1 << index;
  });
  return rows;
}

/** Nothing is under way, and all that follows has caught up. */
function isAtRest(state: State, { family, rules }: Setting): boolean {
  const { clients, writers, postgres, redis, l1 } = state;
  if (clients.some(({ read }) => read !== undefined)) return false;
  if (writers.some(({ phase }) => phase === "committed" || phase === "invalidated")) return false;
  if (postgres.replica !== postgres.flushed || needsNewEpoch(state, rules)) return false;
  if (family.l1 && l1.some((one) => isBehind(one, redis.data))) return false;
  return nextCommit(new Turn(family, rules, state)) === undefined && allVisible(state);
}

function allVisible({ postgres }: State): boolean {
  return postgres.commits.every(({ lsn, visible }) => lsn === 0 || visible || lostRows(postgres) !== 0);
}

function staleTiers({ postgres, redis, l1 }: State, { rules }: Setting): Violation[] {
  const fresh = primaryRows(postgres);
  const property: Property = "freshAtRest";
  const found: Violation[] = [];
  l1.forEach((one, process) => {
    if (isValid(one, rules) && one.entry!.value !== fresh)
      found.push({ property, detail: `L1 of ${processName(process)} keeps ${rowsText(one.entry!.value)}` });
  });
  if (isServed(redis.data, rules) && redis.data.entry!.value !== fresh)
    found.push({ property, detail: `Redis keeps ${rowsText(redis.data.entry!.value)}` });
  return found;
}
