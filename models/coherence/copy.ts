// Copies of a state. Only what steps change in place is copied: markers, tokens, entries and lines of the log are
// always replaced as a whole, so that copies share them.

import type { DataSet, State } from "./state.ts";

export function copyState({ postgres, redis, tailer, processes, writers, clients }: State): State {
  return {
    postgres: { ...postgres, commits: postgres.commits.map((commit) => ({ ...commit })) },
    redis: { ...redis, data: copyDataSet(redis.data) },
    tailer,
    processes: processes.map((process) => ({ ...process })),
    writers: writers.map((writer) => ({ ...writer })),
    clients: clients.map(({ read, ...client }) => ({ ...client, read: read && { ...read } })),
  };
}

export function copyDataSet(data: DataSet): DataSet {
  return { ...data, log: [...data.log] };
}
