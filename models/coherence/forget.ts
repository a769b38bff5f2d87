// Drops what nothing can depend on any more, so that states which differ only in that are one.

import type { Family } from "./families.ts";
import { isRead } from "./follower.ts";
import { isValid, l1Serves, notStarted } from "./process.ts";
import { judge } from "./redis.ts";
import type { Rules } from "./rules.ts";
import { noToken, type DataSet, type Process, type State } from "./state.ts";

export function forget(after: State, family: Family, rules: Rules): void {
  forgetEntries(after, rules);
  forgetWriters(after, family);
  if (!family.l1) forgetProcesses(after, family);
  forgetLines(after, rules);
  if (!family.faults.redisUnreachable) after.redis.data.tailed = 0;
  for (const client of after.clients) {
    if (client.readsLeft > 0) continue;
    client.token = undefined;
    client.last = 0;
    client.snapshot = undefined;
  }
}

/** Tables, floors and markers only grow, so what is invalid stays so; unless markers vanish without a floor. */
function forgetEntries(after: State, rules: Rules): void {
  const { processes, redis } = after;
  for (const process of processes) if (!l1Serves(process, rules)) process.entry = undefined;
  const { entry } = redis.data;
  if (entry === undefined || !rules.droppedMarkerRaisesFloor || !rules.floorKeepsSeq) return;
  if (!rules.readsCompareStamps || !rules.epochIsFresh || !rules.ownerIsChecked) return;
  const mayBeServed =
    processes.some((process) => isValid(process, entry)) || judge(after, rules) !== undefined;
  if (!mayBeServed) redis.data.entry = undefined;
}

/** The token of a writer that has acknowledged, or never will, is with its clients. */
function forgetWriters({ writers }: State, { chunks }: Family): void {
  for (const writer of writers)
    if (writer.phase === "crashed" || (writer.phase.startsWith("acknowledged") && !chunks))
      writer.token = noToken;
}

/** Without an L1, a process that is read no more matters no more. */
function forgetProcesses(state: State, family: Family): void {
  state.processes.forEach((_, index) => {
    if (!isRead({ family, state }, index)) state.processes[index] = notStarted;
  });
}

/** Lines that all processes have followed are read again by none; nor are the ids of commits that were tailed. */
function forgetLines({ redis: { data }, processes, tailer, postgres }: State, rules: Rules): void {
  const followed = Math.min(...processes.map((process) => followedBy(process, data)));
  data.log = data.log.map((line, index) => {
    const { commit } = line;
    const isTailed = commit === undefined || postgres.commits[commit]!.lsn <= tailer;
    const kept = isTailed ? undefined : commit;
    if (index >= followed) return { ...line, commit: kept };
    return { tags: [], lsn: rules.tailerComparesIds ? 0 : line.lsn, commit: kept };
  });
}

/** A process of another epoch will start at the end of the log. */
function followedBy({ epoch, position }: Process, data: DataSet): number {
  return epoch === data.epoch ? position : data.seq;
}
