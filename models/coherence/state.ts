// What the model knows of the world: one cached key, the servers, the processes, the writers and the clients.
// Every leaf is a small number, a boolean or a word; absent things are `undefined`.

/** A set of commits: bit `w` is set if the row that writer `w` wrote is among them. A cached value is such a set. */
export type Rows = number;

/** A place in the WAL: ten times the timeline plus the number of commits. A later timeline is later. */
export type Lsn = number;
export const primaryOnly: Lsn = 99;

/** The tag of the cached value; a commit may have others as well. */
export const valueTag = 0;

/** Place in the invalidation log. */
export type Seq = number;

interface Commit {
  /** 0 until it is flushed. */
  lsn: Lsn;
  /** Whether a new snapshot on the primary sees it: later than flushed when a replica confirms commits. */
  visible: boolean;
}

export interface Postgres {
  flushed: Lsn;
  /** Where the second timeline left the first: what was flushed beyond is lost. */
  fork: Lsn;
  /** By writer. */
  commits: Commit[];
  /** What the replica has replayed. */
  replica: Lsn;
}

export interface LogLine {
  readonly tags: readonly number[];
  readonly lsn: Lsn;
  /** Writer whose commit is now all in the log. */
  readonly commit: number | undefined;
}

/** What has a place in the log of an epoch: a load, what it loaded, and the lease for it. */
export interface Stamped {
  readonly epoch: number;
  readonly stamp: Seq;
}

/** What Redis keeps; it is lost or set back as a whole. */
export interface DataSet {
  /** 0 in a Redis that is empty. */
  epoch: number;
  /** The run of Redis that the epoch was begun in. */
  owner: number;
  /** The timeline that the epoch was begun on. */
  timeline: number;
  seq: Seq;
  floor: Seq;
  /** Of the value's tag, 0 if it is missing. Those of other tags are of no interest here. */
  marker: Seq;
  log: LogLine[];
  /** The log no longer has the lines up to here. */
  trimmed: Seq;
  /** How far the tailer has come. */
  tailed: Lsn;
  entry: (Stamped & { readonly value: Rows }) | undefined;
  lease: (Stamped & { readonly client: number }) | undefined;
}

export interface Redis {
  run: number;
  data: DataSet;
  /** A snapshot on disk, or a Redis replica that has stopped following. */
  saved: DataSet | undefined;
}

export interface Marker {
  readonly seq: Seq;
  /** What a replica must have replayed to be loaded from. */
  readonly lsn: Lsn;
}

/** The memory of one process: a table of what it has followed of the log, and an L1. */
export interface Process {
  /** 0 in a process that has not adopted an epoch. */
  epoch: number;
  position: Seq;
  floor: Marker;
  /** Of the value's tag. */
  marker: Marker;
  /** The last commit that was acknowledged here without Redis, until the log is known to have it. */
  unannounced: Lsn;
  /** What L1 keeps. */
  entry: Readonly<{ value: Rows; stamp: Seq }> | undefined;
}

export interface Token {
  /** 0 if its seq is not known: the invalidation was left to the tailer. */
  readonly epoch: number;
  readonly seq: Seq;
  readonly lsn: Lsn;
}

interface Writer {
  phase: "ready" | "committed" | "invalidated" | "acknowledged" | "acknowledged alone" | "crashed";
  /** Chunks of its tags that are in the log. */
  chunks: number;
  token: Token;
}

/** What was true when a read began; by this its answer is judged. */
export interface Began {
  readonly acknowledged: Rows;
  /** Acknowledged after its invalidation was in the log. */
  readonly announced: Rows;
  /** Whether the process had followed the whole log. */
  readonly followed: boolean;
}

type Source = "L1" | "L2" | "load" | "join";

export interface Read extends Stamped {
  phase: "pulled" | "loading" | "filling" | "answering" | "joined";
  process: number;
  began: Began;
  source: Source;
  /** 0 if the read passes the caches by. */
  epoch: number;
  stamp: Seq;
  fence: Lsn;
  value: Rows;
  /** What a pull at its begin came to: the token for the next read. */
  token: Token | undefined;
  /** The client whose load it waits for. */
  leader: number | undefined;
}

interface Client {
  readsLeft: number;
  token: Token | undefined;
  /** What its last read returned of what was acknowledged before it. */
  last: Rows;
  /** What its open REPEATABLE READ transaction sees. */
  snapshot: Rows | undefined;
  read: Read | undefined;
}

export interface State {
  postgres: Postgres;
  redis: Redis;
  tailer: Lsn;
  processes: Process[];
  writers: Writer[];
  clients: Client[];
}

export const noToken: Token = { epoch: 0, seq: 0, lsn: 0 };

/** A read that ends: `began` is what it is judged by. */
export interface Answer {
  client: number;
  process: number;
  value: Rows;
  source: Source;
  began: Began;
}
