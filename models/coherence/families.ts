// The configurations that are explored: each as small as the rules in it allow.

import { valueTag } from "./state.ts";

const otherTag = valueTag + 1;

interface WriterOf {
  /** The process it runs in. */
  process: number;
  tags: number[];
  /** It writes after the promotion. */
  afterPromotion?: boolean;
}

interface ClientOf {
  /** Its reads; each may go to any of `through`. */
  reads: number;
  through: number[];
  /** The writer whose acknowledgement, and so whose token, it gets. */
  tokenOf?: number;
  /** It hands on the token of each answer with its next read. */
  monotonic?: boolean;
  /** Its reads run in a REPEATABLE READ transaction that was opened earlier. */
  opensSnapshot?: boolean;
}

interface Faults {
  writerCrashes?: boolean;
  /** COMMIT is flushed some time before it is visible, as with synchronous replication. */
  lateVisibility?: boolean;
  logTrimmed?: boolean;
  /** By Redis. */
  markersDropped?: boolean;
  /** By a process, whose table is bounded. */
  tablesForget?: boolean;
  /** And leases expire. */
  valuesEvicted?: boolean;
  /** The first writer acknowledges although Redis did not answer. */
  redisUnreachable?: boolean;
  redisRestartsEmpty?: boolean;
  redisRestartsOlder?: boolean;
  postgresPromoted?: boolean;
}

export interface Family {
  name: string;
  /** Whether processes have an L1 and follow the log. Without it they keep nothing, and pull before each read. */
  l1: boolean;
  /** Processes that are read; of others, where writers may be, the memory is of no interest. */
  processes: number;
  /** A process that has not started yet. */
  starting?: number;
  /** Each tag is a chunk of its own. */
  chunks?: boolean;
  /** Tags are known only when the value is. */
  lateTags?: boolean;
  writers: WriterOf[];
  clients: ClientOf[];
  faults: Faults;
}

const clients: ClientOf[] = [
  { reads: 1, through: [0, 1], tokenOf: 0 },
  { reads: 1, through: [0, 1] },
];

/** One writer, whose process has an L1 as well as another; its own client and a stranger. */
const oneWriter: Family = {
  name: "one writer",
  l1: true,
  processes: 2,
  writers: [{ process: 0, tags: [valueTag] }],
  clients,
  faults: { writerCrashes: true },
};

const rereader: ClientOf = { reads: 2, through: [0], tokenOf: 0 };

/** The same where processes pull: what Redis and the database must get right. */
const oneWriterPulled: Family = {
  ...oneWriter,
  l1: false,
  clients: [
    { reads: 1, through: [0], tokenOf: 0 },
    { reads: 1, through: [1] },
  ],
};

const twoWriters: Family = {
  ...oneWriterPulled,
  name: "two writers of one tag",
  writers: [
    { process: 0, tags: [valueTag] },
    { process: 1, tags: [valueTag] },
  ],
};

/** One process that reads, and hears of writes by the log alone. */
const reader: Family = {
  ...oneWriter,
  processes: 1,
  writers: [{ process: 1, tags: [valueTag] }],
  clients: [rereader],
  faults: {},
};

const list = {
  oneWriter,
  twoWriters,
  twoWritersWithL1: {
    ...twoWriters,
    name: "two writers of one tag, one with L1",
    l1: true,
    processes: 1,
    clients: [rereader],
    faults: {},
  },
  monotonicReads: {
    ...oneWriter,
    name: "every read returns a token",
    clients: [
      { reads: 2, through: [0, 1], monotonic: true },
      { reads: 1, through: [1] },
    ],
    faults: {},
  },
  chunks: {
    ...oneWriterPulled,
    name: "tags in two chunks",
    chunks: true,
    writers: [{ process: 0, tags: [otherTag, valueTag] }],
  },
  lateVisibility: {
    ...twoWriters,
    name: "commits that become visible late",
    faults: { writerCrashes: true, lateVisibility: true },
  },
  lateTags: {
    ...oneWriter,
    name: "tags known after the load",
    lateTags: true,
    clients: [
      { reads: 1, through: [0], tokenOf: 0 },
      { reads: 1, through: [0] },
    ],
  },
  openTransaction: {
    ...oneWriter,
    name: "a client in an old snapshot",
    clients: [clients[0]!, { ...clients[1]!, opensSnapshot: true }],
    faults: {},
  },
  logTrimmed: { ...reader, name: "the log is trimmed", faults: { writerCrashes: true, logTrimmed: true } },
  markersDropped: {
    ...twoWriters,
    name: "markers are dropped",
    clients: [rereader],
    faults: { writerCrashes: true, markersDropped: true },
  },
  valuesEvicted: {
    ...oneWriter,
    name: "values are evicted and leases expire",
    faults: { valuesEvicted: true },
  },
  processStarts: {
    ...oneWriter,
    name: "a process starts",
    starting: 1,
    clients: [
      { reads: 1, through: [1], tokenOf: 0 },
      { reads: 1, through: [0] },
    ],
    faults: { markersDropped: true },
  },
  tablesForget: {
    ...reader,
    name: "a process forgets markers",
    faults: { tablesForget: true },
  },
  redisUnreachable: {
    ...oneWriter,
    name: "Redis does not answer a writer",
    faults: { redisUnreachable: true },
  },
  redisUnreachableForOne: {
    ...twoWriters,
    name: "Redis does not answer one of two writers",
    clients: [
      { reads: 1, through: [0] },
      { reads: 1, through: [1] },
    ],
    faults: { redisUnreachable: true },
  },
  redisEmptied: {
    ...oneWriterPulled,
    name: "Redis restarts empty",
    faults: { writerCrashes: true, redisRestartsEmpty: true },
  },
  redisEmptiedWithL1: {
    ...reader,
    name: "Redis restarts empty, with L1",
    faults: { redisRestartsEmpty: true },
  },
  redisEmptiedForWriter: {
    ...reader,
    name: "Redis restarts empty, read where it is written",
    writers: [{ process: 0, tags: [valueTag] }],
    clients: [{ reads: 2, through: [0] }],
    faults: { redisRestartsEmpty: true },
  },
  redisSetBack: {
    ...oneWriterPulled,
    name: "Redis restarts with older data",
    faults: { writerCrashes: true, redisRestartsOlder: true },
  },
  redisSetBackWithL1: {
    ...reader,
    name: "Redis restarts with older data, with L1",
    faults: { redisRestartsOlder: true },
  },
  promoted: {
    ...oneWriterPulled,
    name: "Postgres is promoted",
    faults: { writerCrashes: true, postgresPromoted: true },
  },
  promotedWithTwoWriters: {
    ...twoWriters,
    name: "Postgres is promoted between two writes",
    writers: [
      { process: 0, tags: [valueTag] },
      { process: 1, tags: [valueTag], afterPromotion: true },
    ],
    clients: [{ reads: 1, through: [0], tokenOf: 0 }],
    faults: { postgresPromoted: true },
  },
  promotedWithL1: { ...reader, name: "Postgres is promoted, with L1", faults: { postgresPromoted: true } },
} as const satisfies Record<string, Family>;

export type FamilyName = keyof typeof list;

export const families: Readonly<Record<FamilyName, Family>> = list;
export const familyNames: readonly FamilyName[] = Object.keys(list) as FamilyName[];
