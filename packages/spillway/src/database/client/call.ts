// One statement on its way: what it is, who asks, and what has been tried.

import { currentScope, type Scope } from "../../coherence/scope.ts";
import { traceComment } from "../observe/trace.ts";
import type { Route } from "../routing/router.ts";
import type { Server } from "../servers/server.ts";
import { statementOf, type Statement } from "../sql/statements.ts";
import type { Query } from "./query.ts";

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
    comment: traceComment(scope),
    failed: [],
    attempts: 0,
    sent: false,
    askedAt: performance.now(),
  };
}
