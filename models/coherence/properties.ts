// What must hold. An answer is judged by what was true when its read began; the tiers by what they keep at rest.

import type { Violation } from "./explore.ts";
import type { Family } from "./families.ts";
import { isSettled, pull } from "./follower.ts";
import { lostRows, primaryRows } from "./postgres.ts";
import { isValid, l1Serves } from "./process.ts";
import { judge, needsNewEpoch } from "./redis.ts";
import type { Rules } from "./rules.ts";
import type { Answer, Process, Rows, State } from "./state.ts";
import { nextCommit } from "./tailer.ts";
import { clientName, processName, rowsText, Turn, type ProtocolStep } from "./turn.ts";

const properties = {
  ownWriteWithToken: "Who has a write's token reads the write, through any process.",
  ownWriteInProcess: "After a process has acknowledged a write, its reads have it, without any token.",
  noReturn: "A client that hands its tokens on never goes back past an acknowledged write.",
  staleByLagOnly:
    "Without a token an acknowledged write is missing only where the process had not followed the whole log.",
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
    const found = step.answers.flatMap((answer) => wrongs(state, answer, setting.family));
    if (found.length > 0) return found;
  }
  return isAtRest(step.after, setting) ? staleTiers(step.after, setting) : none;
}

function wrongs(state: State, answer: Answer, family: Family): Violation[] {
  const { client, process, value, source, began } = answer;
  const lacks = ~value & ~lostRows(state.postgres);
  const { tokenOf, monotonic } = family.clients[client]!;
  const detail = `${clientName(client)} at ${processName(process)} got ${rowsText(value)} from ${source}`;
  const found: Property[] = [];
  if (tokenOf !== undefined && began.acknowledged & (1 << tokenOf) & lacks) found.push("ownWriteWithToken");
  if (began.acknowledged & writtenIn(family, process) & lacks) found.push("ownWriteInProcess");
  if (monotonic && state.clients[client]!.last & began.announced & lacks) found.push("noReturn");
  if (began.followed && began.announced & lacks) found.push("staleByLagOnly");
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
  const { clients, writers, postgres, redis, processes } = state;
  if (clients.some(({ read }) => read !== undefined)) return false;
  if (writers.some(({ phase }) => phase === "committed" || phase === "invalidated")) return false;
  if (postgres.replica !== postgres.flushed || needsNewEpoch(state, rules)) return false;
  if (family.l1 && !processes.every((process) => isSettled(process, redis, rules))) return false;
  return nextCommit(new Turn(family, rules, state)) === undefined && allVisible(state);
}

function allVisible({ postgres }: State): boolean {
  return postgres.commits.every(({ lsn, visible }) => lsn === 0 || visible || lostRows(postgres) !== 0);
}

function staleTiers(state: State, { rules }: Setting): Violation[] {
  const { postgres, redis, processes } = state;
  const fresh = primaryRows(postgres);
  const property: Property = "freshAtRest";
  const found: Violation[] = [];
  processes.forEach((process, index) => {
    const { entry } = process;
    if (l1Serves(process, rules) && entry!.value !== fresh)
      found.push({ property, detail: `L1 of ${processName(index)} keeps ${rowsText(entry!.value)}` });
    if (redis.data.entry !== undefined && redis.data.entry.value !== fresh && isServed(state, process, rules))
      found.push({
        property,
        detail: `${processName(index)} is served ${rowsText(redis.data.entry.value)} by Redis`,
      });
  });
  return found;
}

/** Whether the entry in Redis is served, here or in a process that has just started. */
function isServed(state: State, process: Process, rules: Rules): boolean {
  const upToDate = { ...process };
  pull(upToDate, state.redis.data, rules);
  return isValid(upToDate, state.redis.data.entry!) || judge(state, rules) !== undefined;
}
