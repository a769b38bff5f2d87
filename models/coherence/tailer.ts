// The tailer: reads the WAL, and invalidates what a writer did not.

import { isLost } from "./postgres.ts";
import { accepts, invalidate } from "./redis.ts";
import { writerName, type Turn } from "./turn.ts";

export function tailerSteps(turn: Turn): void {
  const { family, rules, state } = turn;
  const index = nextCommit(turn);
  if (index === undefined) return;
  const { lsn, visible } = state.postgres.commits[index]!;
  if (!accepts(state.redis, lsn, rules)) return;
  if (!visible && rules.tailerWaitsForVisibility) return;
  const isKnown = isInLog(turn, index);
  turn.can(`the tailer ${isKnown ? "passes over" : "repeats"} ${writerName(index)}`, (after) => {
    const { data } = after.redis;
    if (!isKnown) invalidate(data, { tags: family.writers[index]!.tags, lsn, commit: index });
    after.tailer = lsn;
    data.tailed = lsn;
  });
}

/** The first commit in the WAL that the tailer has not dealt with; what was lost is not in it. */
export function nextCommit({ rules, state: { postgres, tailer } }: Turn): number | undefined {
  if (!rules.tailerRepeats) return undefined;
  let next: number | undefined;
  postgres.commits.forEach(({ lsn }, index) => {
    if (lsn <= tailer || isLost(postgres, lsn)) return;
    if (next === undefined || lsn < postgres.commits[next]!.lsn) next = index;
  });
  return next;
}

function isInLog({ rules, state }: Turn, index: number): boolean {
  const { log } = state.redis.data;
  if (rules.tailerComparesIds) return log.some(({ commit }) => commit === index);
  return log.some(({ lsn }) => lsn >= state.postgres.commits[index]!.lsn);
}
