// The protocol as a whole: where it starts, and all that can happen next.

import { followerSteps, isValid } from "./l1.ts";
import { faultSteps } from "./faults.ts";
import type { Family } from "./families.ts";
import type { Model } from "./explore.ts";
import { keyOf } from "./plain.ts";
import { firstLsn, noFork, postgresSteps, snapshotSteps } from "./postgres.ts";
import { violations } from "./properties.ts";
import { readerSteps } from "./reader.ts";
import { emptyDataSet, isServed } from "./redis.ts";
import type { Rules } from "./rules.ts";
import { noToken, type DataSet, type L1, type State } from "./state.ts";
import { tailerSteps } from "./tailer.ts";
import { Turn, type ProtocolStep } from "./turn.ts";
import { writerSteps } from "./writer.ts";

export function protocol(family: Family, rules: Rules): Model<State, ProtocolStep> {
  return {
    initial: initialState(family),
    next(state) {
      const turn = new Turn(family, rules, state);
      writerSteps(turn);
      postgresSteps(turn);
      tailerSteps(turn);
      followerSteps(turn);
      snapshotSteps(turn);
      readerSteps(turn);
      faultSteps(turn);
      for (const { after } of turn.steps) forget(after, family, rules);
      return turn.steps;
    },
    check: (state, step) => violations(state, step, { family, rules }),
    key: keyOf,
  };
}

function initialState({ processes, writers, clients }: Family): State {
  const data = { ...emptyDataSet(), epoch: 1, owner: 1, timeline: 1 };
  return {
    postgres: {
      flushed: firstLsn,
      fork: noFork,
      commits: writers.map(() => ({ lsn: 0, visible: false })),
      replica: firstLsn,
    },
    redis: { run: 1, data, saved: undefined },
    tailer: firstLsn,
    flushRead: undefined,
    l1: Array.from({ length: processes }, () => ({
      epoch: 1,
      position: 0,
      floor: 0,
      table: 0,
      entry: undefined,
    })),
    writers: writers.map(() => ({ phase: "ready", chunks: 0, token: noToken })),
    clients: clients.map(({ reads }) => ({
      readsLeft: reads,
      token: undefined,
      last: 0,
      snapshot: undefined,
      read: undefined,
    })),
  };
}

/** Drops what nothing can depend on any more, so that states which differ only in that are one. */
function forget(after: State, family: Family, rules: Rules): void {
  const { data } = after.redis;
  // Tables, floors and markers only grow, so what is invalid stays so; unless markers vanish without a floor.
  if (rules.missingMarkerMeansFloor && !isServed(data, rules)) data.entry = undefined;
  for (const l1 of after.l1) if (!isValid(l1, rules)) l1.entry = undefined;
  forgetWriters(after, family);
  forgetLines(after, family);
  for (const client of after.clients) {
    if (client.readsLeft > 0) continue;
    client.token = undefined;
    client.last = 0;
    client.snapshot = undefined;
  }
}

/** The token of a writer that has acknowledged, or never will, is with its clients. */
function forgetWriters({ writers }: State, { chunks }: Family): void {
  for (const writer of writers)
    if (writer.phase === "crashed" || (writer.phase.startsWith("acknowledged") && !chunks))
      writer.token = noToken;
}

/** Lines that all processes have followed are read again by none; nor are the ids of commits that were tailed. */
function forgetLines({ redis: { data }, l1, tailer, postgres }: State, family: Family): void {
  const followed = family.l1 ? Math.min(...l1.map((one) => followedBy(one, data))) : data.seq;
  data.log = data.log.map((line, index) => {
    const { commit } = line;
    const isTailed = commit === undefined || postgres.commits[commit]!.lsn <= tailer;
    if (index >= followed && !isTailed) return line;
    return { tags: index < followed ? [] : line.tags, commit: isTailed ? undefined : commit };
  });
}

/** A process of another epoch will start at the end of the log. */
function followedBy({ epoch, position }: L1, data: DataSet): number {
  return epoch === data.epoch ? position : data.seq;
}
