// Copies of a state. Only what steps change in place is copied: marks, tokens, entries and lines of the log are
// always replaced as a whole, so that copies share them.

import type { DataSet, State } from "./state.ts";

export function copyState({ postgres, redis, tailer, flushRead, l1, writers, clients }: State): State {
  return {
    postgres: { ...postgres, commits: postgres.commits.map((commit) => ({ ...commit })) },
    redis: { ...redis, data: copyDataSet(redis.data) },
    tailer,
    flushRead,
    l1: l1.map((one) => ({ ...one })),
    writers: writers.map((writer) => ({ ...writer })),
    clients: clients.map(({ read, ...client }) => ({ ...client, read: read && { ...read } })),
  };
}

export function copyDataSet(data: DataSet): DataSet {
  return { ...data, log: [...data.log] };
}
