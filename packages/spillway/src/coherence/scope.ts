// What one request, or one job, has seen and written: the frame in which time must not run backwards.

import { AsyncLocalStorage } from "node:async_hooks";
import { processState } from "../process-state.ts";
import { later, merged, nothing, type Position, type Positions } from "./position.ts";
import { laterMark, type LogMark, type LogMarks, readToken } from "./token.ts";

/** What is known of the request that a scope belongs to. */
export interface ScopeOrigin {
  /** Its route template, for logs. */
  route?: () => string;
  /** Its `traceparent` header (W3C Trace Context, 3.2). */
  traceparent?: string | undefined;
  /** Called at each write that the answer has to tell of. */
  onWrite?: (scope: Scope) => void;
  /** The request's address as it came: a framework may change it. */
  target?: string | undefined;
  /** Calls `work` once the answer is done, or its client has left. */
  onEnd?: (work: () => void) => void;
  /** Holds the answer back until `work` has resolved; it fails if that fails. */
  hold?: (work: Promise<unknown>) => void;
}

export interface OpenTransaction {
  /** Ends the cached values of these tags with the commit. */
  invalidate(tags: readonly string[]): void;
}

export class Scope {
  readonly origin: ScopeOrigin;
  #token: string | undefined;
  #positions: Map<string, Position> | undefined;
  #marks: Map<string, LogMark> | undefined;
  #kept: Map<object, unknown> | undefined;
  #primary = false;
  /** The transaction that it is the inside of: caches must know nothing of it until it is committed. */
  transaction: OpenTransaction | undefined;
  /** In a load, told of the tags of every cached value that it uses: what is made of them ends with them. */
  dependsOn: ((tags: readonly string[]) => void) | undefined;

  constructor(origin: ScopeOrigin = {}, token?: string) {
    this.origin = origin;
    this.#token = token;
  }

  /**
   * A scope for a load that may be shared with others: it sees what `parent` must see and `positions`, reads where
   * it likes, or from the primary alone, and tells `parent` of what it writes. Inside of a transaction it stays inside.
   */
  static within(
    parent: Scope | undefined,
    positions: Positions,
    { primary = false }: { primary?: boolean } = {},
  ): Scope {
    const onWrite = (inner: Scope): void => {
      for (const [cluster, position] of inner.positions() ?? []) parent?.wrote(cluster, position);
      for (const [log, mark] of inner.marks() ?? []) parent?.mustFollow(log, mark);
    };
    const scope = new Scope({ ...parent?.origin, onWrite });
    scope.#primary = primary;
    scope.transaction = parent?.transaction;
    scope.#positions = new Map(merged(parent?.positions() ?? nothing, positions));
    const marks = parent?.marks();
    if (marks !== undefined) scope.#marks = new Map(marks);
    return scope;
  }

  /** What must be visible to this scope in the cluster of that name. */
  mustSee(cluster: string): Position | undefined {
    if (this.#primary) return { timeline: 0, lsn: Infinity };
    return this.positions()?.get(cluster);
  }

  /** All of it; the incoming token is read at the first question, since most requests never ask. */
  positions(): Positions | undefined {
    if (this.#token !== undefined) this.#readToken(this.#token);
    return this.#positions;
  }

  /** From now on it reads no older than `positions`. Unlike a write, that is nothing to tell anyone of. */
  readPast(positions: Positions): void {
    if (positions.size === 0) return;
    this.#positions = new Map(merged(this.positions() ?? nothing, positions));
  }

  /** How far each invalidation log must have been followed to answer this scope. */
  marks(): LogMarks | undefined {
    if (this.#token !== undefined) this.#readToken(this.#token);
    return this.#marks;
  }

  /** The log of that name must have been followed to `mark` for whatever comes after. */
  mustFollow(log: string, mark: LogMark): void {
    const before = this.marks()?.get(log);
    (this.#marks ??= new Map()).set(log, before === undefined ? mark : laterMark(before, mark));
  }

  /** What this scope has invalidated is in the log of that name up to `mark`. */
  announced(log: string, mark: LogMark): void {
    this.mustFollow(log, mark);
    this.origin.onWrite?.(this);
  }

  /** The log of that name has come to know of everything that this scope must see. */
  hasFollowed(log: string): void {
    this.#marks?.delete(log);
  }

  #readToken(token: string): void {
    this.#token = undefined;
    const read = readToken(token);
    this.#positions = read?.positions;
    this.#marks = read?.marks;
  }

  /** A commit of this scope was acknowledged; it ends at `position`. */
  wrote(cluster: string, position: Position): void {
    const before = this.mustSee(cluster);
    (this.#positions ??= new Map()).set(cluster, later(before, position));
    this.origin.onWrite?.(this);
  }

  /** A value that `owner` keeps for as long as this scope lives. */
  keep<T>(owner: object, create: () => T): T {
    const kept = (this.#kept ??= new Map());
    if (!kept.has(owner)) kept.set(owner, create());
    return kept.get(owner) as T;
  }
}

const scopes = processState("scope", () => new AsyncLocalStorage<Scope>());

export function currentScope(): Scope | undefined {
  return scopes.getStore();
}

/** Makes `scope` the current one for the rest of this turn and all that follows from it. */
export function enterScope(scope: Scope): void {
  scopes.enterWith(scope);
}

export function runInThisScope<T>(scope: Scope, work: () => T): T {
  return scopes.run(scope, work);
}
