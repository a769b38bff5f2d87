// The protocol as a whole: where it starts, and all that can happen next.

import type { Model } from "./explore.ts";
import type { Family } from "./families.ts";
import { faultSteps } from "./faults.ts";
import { followerSteps } from "./follower.ts";
import { forget } from "./forget.ts";
import { keyOf } from "./plain.ts";
import { firstLsn, noFork, postgresSteps, snapshotSteps } from "./postgres.ts";
import { notStarted } from "./process.ts";
import { violations } from "./properties.ts";
import { readerSteps } from "./reader.ts";
import { emptyDataSet } from "./redis.ts";
import type { Rules } from "./rules.ts";
import { noToken, type Process, type State } from "./state.ts";
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

function initialState({ processes, starting, writers, clients }: Family): State {
  const data = { ...emptyDataSet(), epoch: 1, owner: 1, timeline: 1 };
  const settled: Process = { ...notStarted, epoch: 1, floor: { seq: 0, lsn: firstLsn } };
  return {
    postgres: {
      flushed: firstLsn,
      fork: noFork,
      commits: writers.map(() => ({ lsn: 0, visible: false })),
      replica: firstLsn,
    },
    redis: { run: 1, data, saved: undefined },
    tailer: firstLsn,
    processes: Array.from({ length: processes }, (_, process) =>
      process === starting ? notStarted : settled,
    ),
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
