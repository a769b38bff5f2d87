// One load of a value: under a stamp, past a fence, within a bound, and once more where something overtook it.

import type { CacheLog } from "../coherence/log.ts";
import { hasReached, type Positions } from "../coherence/position.ts";
import { currentScope, runInThisScope, Scope } from "../coherence/scope.ts";
import { SpillwayError } from "../errors.ts";
import { countLoad, requests } from "./counts.ts";
import type { Kept } from "./form.ts";

/** What a loader is given. */
export interface LoadContext {
  /** Adds tags that are known only now. */
  tag: (...tags: string[]) => void;
  /** Aborted when the load has taken too long. */
  signal: AbortSignal;
}

export type Loader<T> = (context: LoadContext) => T | Promise<T>;

export interface Load {
  key: string;
  loader: Loader<unknown>;
  /** What is known of its dependencies before, its own key included. */
  tags: readonly string[];
  /** Tags that only show in the value. */
  late: (value: unknown) => readonly string[];
  /** Brings the value into the form in which it is kept; each reader is given its own from that. */
  keep: (value: unknown) => Kept;
  timeoutMs: number;
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
  try {
    requests.loader.load++;
    const first = await attempt(load, log, { primary: false });
    if (first.current) return first;
    await log.reach(undefined, first.tags);
    return await attempt(load, log, { primary: true });
  } finally {
    countLoad((performance.now() - began) / 1_000);
  }
}

async function attempt(load: Load, log: CacheLog, from: { primary: boolean }): Promise<Loaded> {
  await log.prepare();
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
function covers(had: Positions | undefined, wanted: Positions): boolean {
  for (const [cluster, position] of wanted) if (!hasReached(had?.get(cluster), position)) return false;
  return true;
}

/** Runs the loader in `scope`, and adds to `tags` what shows meanwhile: of the value, and of cached ones in it. */
export async function loadInto(load: Load, scope: Scope, tags: Set<string>): Promise<unknown> {
  const add = (more: Iterable<string>): void => {
    for (const tag of more) tags.add(tag);
  };
  scope.dependsOn = add;
  const value = await bounded(load, scope, (...more) => add(more));
  if (value === undefined) throw new SpillwayError("SPILLWAY_CACHE_LOADER", { key: load.key });
  add(load.late(value));
  return value;
}

async function bounded(load: Load, scope: Scope, tag: LoadContext["tag"]): Promise<unknown> {
  const { key, loader, timeoutMs } = load;
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const error = timedOut(key, timeoutMs);
      abort.abort(error);
      reject(error);
    }, timeoutMs);
  });
  try {
    const value = runInThisScope(scope, async () => await loader({ tag, signal: abort.signal }));
    value.catch(() => undefined);
    return await Promise.race([value, late]);
  } finally {
    clearTimeout(timer);
  }
}

export function timedOut(key: string, timeoutMs: number): SpillwayError {
  return new SpillwayError("SPILLWAY_CACHE_TIMEOUT", { key, seconds: timeoutMs / 1_000 });
}
