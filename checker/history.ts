// What a run records: every operation with the time of its call and of its return, and the faults that were on.
// All times are milliseconds of one clock, that of the process which calls.

/** Items are rows with a version that only grows; each write has a version of its own. */
export interface Write {
  kind: "write";
  client: string;
  /** Whose token it carried on; undefined for one who carries none. */
  session: string | undefined;
  /** One life of a process; a write past the application has `psql`. */
  worker: string;
  item: number;
  version: number;
  called: number;
  /** Undefined as long as its outcome is not known: then it may have happened. */
  acknowledged: number | undefined;
  /** Whether its invalidation was in the log when it was acknowledged; otherwise it is left to the tailer. */
  announced: boolean;
}

export interface Seen {
  item: number;
  version: number;
}

/** Through memory; through a cache that keeps nothing there; outside of any request; inside a transaction. */
export type Way = "memory" | "redis" | "no request" | "transaction";

export interface Read {
  kind: "read";
  client: string;
  session: string | undefined;
  worker: string;
  key: string;
  how: Way;
  called: number;
  returned: number;
  seen: readonly Seen[];
  /** The answer came with a token that stands for what was read. */
  monotonic: boolean;
}

/** Something that was asked for and did not come; what it was is told by the write, if it was one. */
export interface Failure {
  client: string;
  worker: string;
  at: number;
  problem: string;
}

export interface Fault {
  kind: string;
  target: string;
  began: number;
  /** Undefined while it is on. */
  ended: number | undefined;
}

/** What one tier held when nothing moved any more, beside what the database did. */
export interface Probe {
  at: number;
  /** Which process, and which tier of it. */
  where: string;
  key: string;
  item: number;
  version: number;
  truth: number;
}

/** Something else that was promised and not kept, such as to come to rest. */
export interface Breach {
  at: number;
  problem: string;
}

export class History {
  readonly writes: Write[] = [];
  readonly reads: Read[] = [];
  readonly failures: Failure[] = [];
  readonly faults: Fault[] = [];
  readonly probes: Probe[] = [];
  readonly breaches: Breach[] = [];

  /** Notes a fault as on; what it returns notes its end. */
  begin(kind: string, target: string): () => void {
    const fault: Fault = { kind, target, began: performance.now(), ended: undefined };
    this.faults.push(fault);
    return () => (fault.ended = performance.now());
  }
}
