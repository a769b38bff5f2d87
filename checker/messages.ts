// What the processes under test are asked, and what they answer.

import type { Seen } from "./history.ts";

/** Where a process under test finds all that it uses. */
export interface Surroundings {
  /** The folder of the library's source: as it is, or a copy in which something was changed. */
  source: string;
  primary: string;
  replicas: readonly string[];
  redis: string;
  /** Also the name of the slot. */
  prefix: string;
  maxSilence: number;
  maxLag: number;
  /** Whether `leaseMs` is to mean anything. */
  slowLeases: boolean;
}

/** Through memory, or through a second cache that keeps nothing there. */
export type Tier = "memory" | "redis";

export interface WriteRequest {
  do: "write";
  item: number;
  version: number;
  token: string | undefined;
}

export interface ReadRequest {
  do: "read";
  key: string;
  token: string | undefined;
  /** Whether the answer is to bring a token that stands for what was read. */
  monotonic: boolean;
  tier: Tier;
  /** False: outside of any request, as a timer reads. */
  scoped: boolean;
  /** Inside a transaction that writes nothing, and by its snapshot: nothing of it may be kept. */
  inTransaction?: boolean;
  /** How long that transaction is open before the cache is asked. */
  holdMs?: number;
}

/** What happens inside a process from now on, so that what is rare comes often. */
export interface Arrangement {
  do: "arrange";
  /** How long loaders wait between reading and returning. */
  loadMs?: number;
  /** How long the replies take that tell of leases, and of what was stored under them. */
  leaseMs?: number;
  /** How long a commit waits before it is announced. */
  announceMs?: number;
  /** Ends the process between the next commit and its announcement. */
  diesAfterCommit?: boolean;
  /** Whether it offers itself as the tailer. */
  tails?: boolean;
}

export type Request = WriteRequest | ReadRequest | Arrangement | { do: "count" } | { do: "check" };

export interface Answer {
  seen?: readonly Seen[];
  token?: string | undefined;
  monotonic?: boolean;
  counts?: Readonly<Record<string, number>>;
}

export type ToWorker = { id: number; request: Request };
export type FromWorker = { id: number; answer: Answer } | { id: number; problem: string };
