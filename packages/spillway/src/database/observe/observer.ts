// Sees every statement: metrics, the diagnostics channel, the slow-query log, the finder of repeated queries.

import { channel } from "node:diagnostics_channel";
import type { Scope } from "../../coherence/scope.ts";
import type { Call } from "../routing/call.ts";
import type { Decision } from "../routing/choice.ts";
import type { Server } from "../servers/server.ts";
import type { Statement } from "../sql/statements.ts";
import type { DatabaseSettings } from "../settings/settings.ts";
import { countQuery, countRouted, countWait } from "./query-series.ts";
import { Repeats } from "./repeats.ts";
import { reportSlow } from "./slow-log.ts";

/**
 * Published on the diagnostics channel `spillway:database:query` when a statement has ended. But
 * for the `error`, which is the server's own, it holds no value of a parameter and no literal.
 */
export interface QueryEvent extends Decision {
  /** Normalised: literals are `?`. */
  sql: string;
  operation: string;
  durationMs: number;
  /** Undefined and an `error` when it failed. */
  rowCount: number | null;
  error?: unknown;
}

const queries = channel("spillway:database:query");

export class Observer {
  readonly #settings: DatabaseSettings;
  readonly #repeats: Repeats;

  constructor(settings: DatabaseSettings) {
    this.#settings = settings;
    this.#repeats = new Repeats(settings);
  }

  checkedOut({ label }: Server, waitedMs: number): void {
    countWait(label, waitedMs / 1_000);
  }

  /** A request asks for `statement`: to be called where the stack leads to the app. */
  asked(scope: Scope, statement: Statement): void {
    this.#repeats.count(scope, statement);
  }

  /** It is sent now; returns what is to be called when it has ended. */
  begin(call: Call, decision: Decision): (rowCount: number | null, error?: unknown) => void {
    countRouted(decision.server, decision.reason);
    const sentAt = performance.now();
    return (rowCount, error) =>
      this.#end(call, decision, { durationMs: performance.now() - sentAt, rowCount, error });
  }

  #end(
    call: Call,
    decision: Decision,
    outcome: { durationMs: number; rowCount: number | null; error: unknown },
  ): void {
    const { durationMs, rowCount, error } = outcome;
    const { operation } = call.statement;
    countQuery(decision.server, operation, durationMs / 1_000);
    const { slowQueryMs } = this.#settings;
    if (slowQueryMs > 0 && durationMs >= slowQueryMs) reportSlow(this.#settings, call, decision, outcome);
    if (!queries.hasSubscribers) return;
    const event: QueryEvent = {
      ...decision,
      sql: call.statement.normalised,
      operation,
      durationMs,
      rowCount,
    };
    queries.publish(error === undefined ? event : { ...event, error });
  }
}
