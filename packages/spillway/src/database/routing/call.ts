// One statement on its way: what it is, who asks, and what has been tried.

import type { QueryConfig } from "pg";
import { currentScope, type Scope } from "../../coherence/scope.ts";
import type { Server } from "../servers/server.ts";
import { statementOf, type Statement } from "../sql/statements.ts";

/** The form that goes to the driver; the caller's own object is never changed. */
export interface Query extends QueryConfig {
  values?: never[];
  rowMode?: "array";
  /** Rows per round trip of a portal; such a query cannot be pipelined. */
  rows?: number;
}

/** `auto` decides by the statement; the others are the explicit handles. */
export type Route = "auto" | "primary" | "replica";

export interface Call {
  query: Query;
  statement: Statement;
  route: Route;
  scope: Scope | undefined;
  /** The trace it belongs to, to be put behind its text. */
  comment: string | undefined;
  /** Servers that failed it. */
  failed: Server[];
  attempts: number;
  /** Whether the last attempt got as far as sending: only then can it have had an effect. */
  sent: boolean;
  /** When it was asked, on the clock of `performance.now()`. */
  askedAt: number;
}

/** To be called in the turn in which the app asks: later, the current scope and trace can be another's. */
export function newCall(query: Query, route: Route): Call {
  const scope = currentScope();
  return {
    query,
    statement: statementOf(query.text ?? ""),
    route,
    scope,
    comment: undefined,
    failed: [],
    attempts: 0,
    sent: false,
    askedAt: performance.now(),
  };
}
