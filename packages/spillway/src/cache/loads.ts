// Loads that are under way: one at a time for a key and a state of the world. Who asks after an invalidation never
// gets a value whose load began before it.

import { Scope, currentScope, runInThisScope } from "../coherence/scope.ts";
import type { Table } from "../coherence/table.ts";
import { SpillwayError } from "../errors.ts";
import type { Kept } from "./form.ts";

/** What a loader is given. */
export interface LoadContext {
  /** Adds tags that are known only now. */
  tag: (...tags: string[]) => void;
  /** Aborted when the load has taken too long. */
  signal: AbortSignal;
}

export type Loader<T> = (context: LoadContext) => T | Promise<T>;

export interface Loaded extends Kept {
  tags: readonly string[];
  stamp: number;
  /** Nothing that it depends on was invalidated meanwhile: it may be kept. */
  current: boolean;
}

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

interface Flight {
  stamp: number;
  loaded: Promise<Loaded>;
}

export class Loads {
  readonly #table: Table;
  readonly #flights = new Map<string, Flight>();

  constructor(table: Table) {
    this.#table = table;
  }

  /** Joins a load that is new enough for what is known to be invalidated, or begins one. */
  run(load: Load): { loaded: Promise<Loaded>; joined: boolean } {
    const flight = this.#flights.get(load.key);
    if (flight !== undefined && this.#table.isValid(load.tags, flight.stamp))
      return { loaded: flight.loaded, joined: true };
    const begun: Flight = { stamp: this.#table.seq, loaded: this.#load(load) };
    this.#flights.set(load.key, begun);
    const forget = (): void => {
      if (this.#flights.get(load.key) === begun) this.#flights.delete(load.key);
    };
    begun.loaded.then(forget, forget);
    return { loaded: begun.loaded, joined: false };
  }

  /** A value that something overtook is loaded once more, from the primary; that one may be returned, and kept if nothing did again. */
  async #load(load: Load): Promise<Loaded> {
    const first = await this.#attempt(load, { primary: false });
    return first.current ? first : await this.#attempt(load, { primary: true });
  }

  async #attempt(load: Load, from: { primary: boolean }): Promise<Loaded> {
    const stamp = this.#table.seq;
    const scope = Scope.within(currentScope(), this.#table.fenceOf(load.tags), from);
    const tags = new Set(load.tags);
    const value = await bounded(load, scope, (...more) => {
      for (const tag of more) tags.add(tag);
    });
    if (value === undefined) throw new SpillwayError("SPILLWAY_CACHE_LOADER", { key: load.key });
    for (const tag of load.late(value)) tags.add(tag);
    const all = [...tags];
    return { ...load.keep(value), tags: all, stamp, current: this.#table.isValid(all, stamp) };
  }
}

async function bounded(load: Load, scope: Scope, tag: LoadContext["tag"]): Promise<unknown> {
  const { key, loader, timeoutMs } = load;
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const error = new SpillwayError("SPILLWAY_CACHE_TIMEOUT", { key, seconds: timeoutMs / 1_000 });
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
