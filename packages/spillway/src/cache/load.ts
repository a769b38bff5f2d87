// One load of a value: under a stamp, past a fence, within a bound, and once more where something overtook it.

import type { CacheLog } from "../coherence/log.ts";
import { hasReached, type Positions } from "../coherence/position.ts";
import { currentScope, runInThisScope, Scope } from "../coherence/scope.ts";
import { SpillwayError } from "../errors.ts";
import { Deadlines } from "../redis/deadlines.ts";
import { countLoad, requests } from "./counts.ts";
import type { Kept } from "./form.ts";

/** What a loader is given. */
export interface LoadContext {
  /** Adds tags that are known only now. */
  tag: (...tags: string[]) => void;
  /** Aborted when the load has taken too long. */
  readonly signal: AbortSignal;
}

export type Loader<T> = (context: LoadContext) => T | Promise<T>;

export interface Load {
  readonly key: string;
  /** What is known of its dependencies before, its own key included. */
  readonly tags: readonly string[];
  call(context: LoadContext): unknown;
  /** Tags that only show in the value. */
  late(value: unknown): readonly string[];
  /** Brings the value into the form in which it is kept; each reader is given its own from that. */
  keep(value: unknown): Kept;
  /** For all loads of the cache. */
  readonly bound: LoadBound;
}

export interface LoadBound {
  ms: number;
  deadlines: Deadlines;
}

export interface Loaded extends Kept {
  tags: readonly string[];
  /** The place in the log that the table had reached before it was loaded. */
  stamp: number;
  /** Nothing that it depends on was invalidated meanwhile: it may be kept. */
  current: boolean;
}

/** A value that something overtook is loaded once more, from the primary; that one may be returned, and kept if nothing did again. */
export async function loadCurrent(load: Load, log: CacheLog): Promise<Loaded> {
  const began = performance.now();
  requests.loader.load++;
  try {
    const first = await attempt(load, log, { primary: false });
    if (first.current) return first;
    await log.reach(undefined, first.tags);
    return await attempt(load, log, { primary: true });
  } finally {
    countLoad((performance.now() - began) / 1_000);
  }
}

async function attempt(load: Load, log: CacheLog, from: { primary: boolean }): Promise<Loaded> {
  if (!log.isPrepared) await log.prepare();
  // Stamp and fence are of one moment: what is invalidated after it is past the stamp.
  const stamp = log.table.place;
  const scope = Scope.within(currentScope(), log.fenceOf(load.tags), from);
  const tags = new Set(load.tags);
  const value = await loadInto(load, scope, tags);
  const all = [...tags];
  const isFenced = from.primary || covers(scope.positions(), log.fenceOf(all));
  return { ...load.keep(value), tags: all, stamp, current: isFenced && log.table.isValid(all, stamp) };
}

/** Tags that are known only after the load may ask for more than its replica had to have. */
export function covers(had: Positions | undefined, wanted: Positions): boolean {
  for (const [cluster, position] of wanted) {
    const reached = had?.get(cluster);
    // Who had to see a place that is not known was read for by the primary.
    if (reached?.lsn !== Infinity && !hasReached(reached, position)) return false;
  }
  return true;
}

/** Runs the loader in `scope`, and adds to `tags` what shows meanwhile: of the value, and of cached ones in it. */
export async function loadInto(load: Load, scope: Scope, tags: Set<string>): Promise<unknown> {
  scope.dependsOn = (more) => addAll(tags, more);
  const value = await bounded(load, scope, tags);
  if (value === undefined) throw new SpillwayError("SPILLWAY_CACHE_LOADER", { key: load.key });
  addAll(tags, load.late(value));
  return value;
}

function addAll(tags: Set<string>, more: readonly string[]): void {
  for (const tag of more) tags.add(tag);
}

function bounded(load: Load, scope: Scope, tags: Set<string>): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const context = new Context(tags);
    const waiting = load.bound.deadlines.start(() => {
      const error = timedOut(load);
      context.abort(error);
      reject(error);
    });
    const loaded = runInThisScope(scope, async () => await load.call(context));
    void loaded.then(resolve, reject).finally(() => load.bound.deadlines.end(waiting));
  });
}

class Context implements LoadContext {
  readonly #tags: Set<string>;
  #abort: AbortController | undefined;
  #late: Error | undefined;

  constructor(tags: Set<string>) {
    this.#tags = tags;
  }

  readonly tag = (...tags: string[]): void => addAll(this.#tags, tags);

  /** Made when it is asked for: most loaders do not look. */
  get signal(): AbortSignal {
    if (this.#late !== undefined && this.#abort === undefined) return AbortSignal.abort(this.#late);
    return (this.#abort ??= new AbortController()).signal;
  }

  abort(reason: Error): void {
    this.#late = reason;
    this.#abort?.abort(reason);
  }
}

export function timedOut({ key, bound }: Load): SpillwayError {
  return new SpillwayError("SPILLWAY_CACHE_TIMEOUT", { key, seconds: bound.ms / 1_000 });
}
