// The invalidation log, as those see it who put something into it, and as a cache sees it that follows it.

import { processState } from "../process-state.ts";
import type { Position, Positions } from "./position.ts";
import type { Scope } from "./scope.ts";
import type { Table } from "./table.ts";

/** Where an invalidation came from: a call outside of any transaction, a commit, or the tailer that repeats one. */
export type InvalidationSource = "direct" | "transaction" | "tailer";

export interface Invalidation {
  tags: readonly string[];
  /** Everything there is, whatever its tags. */
  all?: boolean;
  /** What a replica must have replayed to be loaded from: the commits that it is for. */
  fence: Positions;
  /** Names the commit that it is for, so that the tailer can tell whether its writer has put it into the log. */
  commit?: string;
  source: InvalidationSource;
  /** Resolve only once everyone who follows the log knows of it, or that has taken too long. */
  everywhere?: boolean;
}

export interface Expiring extends Pick<Invalidation, "fence" | "everywhere"> {
  /** From then on what was made before is not served at all, in milliseconds from now. Default: its own grace alone. */
  atMostMs?: number | undefined;
}

export interface InvalidationLog {
  /** Puts `invalidation` into the log. Rejects if it is not certain to be there. */
  invalidate(invalidation: Invalidation): Promise<unknown>;
  /** Whether the commit of that name is in the log, as far as this process has followed it and remembers. */
  hasCommit(commit: string): boolean;
  /** Whether a tailer repeats what the log lacks of a cluster's commits. */
  isTailed(cluster: string): boolean;
  /** Tells all processes that every commit of `cluster` up to `position` is in the log. */
  publishTailed(cluster: string, position: Position): Promise<void>;
  /** Voids everything that is cached: begins a new epoch. */
  renew(): Promise<void>;
  /** Whatever `scope` has read by now, its next reads shall not be older. */
  followToEnd(scope: Scope): Promise<void>;
}

export interface CacheLog extends InvalidationLog {
  readonly table: Table;
  /** Whether what this process has followed is enough for a reader in `scope`. */
  meets(scope: Scope): boolean;
  /** Whether it is, and can be trusted now. */
  suffices(scope: Scope | undefined): boolean;
  /** Brings the table to where it suffices for `scope` and knows all that was said of `tags`. False if it cannot. */
  reach(scope: Scope | undefined, tags: readonly string[]): Promise<boolean>;
  /** Whether `fenceOf` knows all that it has to. */
  readonly isPrepared: boolean;
  /** Learns what `fenceOf` has to know, as far as that can be learnt soon. */
  prepare(): Promise<void>;
  /** What a load for `tags` must see that is stamped with the table's place of now. */
  fenceOf(tags: readonly string[]): Positions;
  /** The same for a load of which it is not known what it depends on. */
  readonly widestFence: Positions;
  /** Resolves to the place in the log. */
  invalidate(invalidation: Invalidation): Promise<number>;
  /** Lets the values of `tags` be refreshed: they may be served for their grace meanwhile. */
  expire(tags: readonly string[], expiring: Expiring): Promise<void>;
}

/** All logs of this process: what a commit invalidates goes into each. */
export const logs: Set<InvalidationLog> = processState("logs", () => new Set<InvalidationLog>());
