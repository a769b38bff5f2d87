// What `pool.connect()` gives: a client that takes its connection at the first statement, when it is known
// which server is right, and that stays with it as long as the statements hang together.

import { EventEmitter } from "node:events";
import {
  escapeIdentifier,
  escapeLiteral,
  type PoolClient,
  type QueryResult,
  type Submittable,
  type TransactionStatus,
} from "pg";
import { SpillwayError } from "../../errors.ts";
import type { Route, Router } from "../routing/router.ts";
import { type Call, newCall } from "./call.ts";
import { callBack, given, type Query, textOf } from "./query.ts";
import { isBroken, type Lease, type Runner } from "./runner.ts";
import { forward } from "./forward.ts";

interface Binding extends Lease {
  /** Bound to this connection until it is given back: something began there that lives in the session. */
  session: boolean;
  stopForwarding: () => void;
}

export interface LazyClientParts {
  runner: Runner;
  router: Router;
  route: Route;
}

export class LazyClient extends EventEmitter {
  readonly #parts: LazyClientParts;
  #bound: Binding | undefined;
  /** Statements run one after another, in the order they were given, as on any connection. */
  #tail: Promise<unknown> = Promise.resolve();
  #released = false;
  /** The transaction has done something else than read. */
  #wrote = false;
  #unflushed = false;
  /** A BEGIN READ ONLY that was answered by a replica, as long as nothing else was: it can begin elsewhere. */
  #opening: Query | undefined;

  constructor(parts: LazyClientParts) {
    super();
    this.#parts = parts;
  }

  query(...args: unknown[]): unknown {
    const asked = given(args);
    if (asked === undefined) return this.#submit(args[0] as Submittable, args);
    const answer = this.#inTurn(() => this.#run(asked.query));
    const { callback } = asked;
    return callback === undefined ? answer : callBack(answer, callback);
  }

  /** Gives the connection back when all statements given so far have ended; with an error, closes it. */
  release(error?: Error | boolean): void {
    if (this.#released)
      throw new Error("Release called on client which has already been released to the pool.");
    this.#released = true;
    void this.#giveBack(Boolean(error));
  }

  async #giveBack(broken: boolean): Promise<void> {
    await this.#tail;
    this.#unbind(broken);
  }

  getTransactionStatus(): TransactionStatus {
    return this.#bound?.client.getTransactionStatus() ?? "I";
  }

  /** Process id of the server's session; null before the first statement. */
  get processID(): number | null {
    return (this.#bound?.client as { processID?: number } | undefined)?.processID ?? null;
  }

  escapeIdentifier(text: string): string {
    return escapeIdentifier(text);
  }

  escapeLiteral(text: string): string {
    return escapeLiteral(text);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#released)
      return Promise.reject(new Error("The client was released: no query can be sent on it."));
    const turn = this.#tail.then(work);
    this.#tail = turn.catch(() => undefined);
    return turn;
  }

  async #run(query: Query): Promise<QueryResult> {
    const call = newCall(query, this.#parts.route);
    for (;;) {
      const server = await this.#bind(call);
      try {
        return await this.#sendBound(call);
      } catch (error) {
        await this.#afterError(call, server, error);
      }
    }
  }

  /** Makes sure that there is a connection, and the right one; returns its server's part of the binding. */
  async #bind(call: Call): Promise<Lease["server"]> {
    const { runner } = this.#parts;
    const bound = this.#bound;
    if (bound !== undefined && (await this.#staysBound(bound, call))) return bound.server;
    for (;;) {
      const choice = await runner.choose(call);
      try {
        const lease = await runner.take(call, choice);
        this.#bound = { ...lease, session: false, stopForwarding: forward(lease.client, this) };
        return lease.server;
      } catch (error) {
        await runner.retryOrThrow(call, choice.server, error);
      }
    }
  }

  async #staysBound(bound: Binding, call: Call): Promise<boolean> {
    const { router } = this.#parts;
    const inTransaction = bound.client.getTransactionStatus() !== "I";
    const onReplica = bound.server.role === "standby";
    if (inTransaction && onReplica && call.statement.sessionBound) return this.#moveOrRefuse(bound, call);
    if (inTransaction || bound.session) return true;
    // Between transactions, with nothing that lives in the session: the next statement is free to choose.
    const isRead = router.objection(call.statement) === undefined;
    if (isRead && !onReplica) return true;
    if (isRead && router.consider(call).server === bound.server) return true;
    this.#unbind(false);
    return false;
  }

  /** A lock on a replica would hold nobody off. */
  async #moveOrRefuse(bound: Binding, call: Call): Promise<boolean> {
    const opening = this.#opening;
    if (opening === undefined) {
      const data = { statement: call.statement.operation, server: bound.server.label };
      throw new SpillwayError("SPILLWAY_DATABASE_SESSION_STATEMENT", data);
    }
    this.#unbind(true);
    const begin = newCall(opening, "primary");
    await this.#bind(begin);
    await this.#sendBound(begin);
    return true;
  }

  async #sendBound(call: Call): Promise<QueryResult> {
    const bound = this.#bound as Binding;
    const { client } = bound;
    const { runner, router } = this.#parts;
    const { kind, operation, text, sessionBound } = call.statement;
    const before = client.getTransactionStatus();
    const isRead = router.objection(call.statement) === undefined;
    if (before === "I") this.#wrote = false;
    if (!isRead && !["begin", "commit", "rollback"].includes(operation)) this.#wrote = true;
    this.#unflushed ||= text.includes("synchronous_commit");
    // In a transaction only its end can commit; outside of one, every statement that is not a read.
    const mayCommit =
      bound.server.role !== "standby" &&
      (before === "I" ? !isRead && operation !== "begin" : operation === "commit" && this.#wrote);
    const decision = before === "I" ? bound.decision : { ...bound.decision, reason: "transaction" as const };
    const result = await runner.send(call, { ...bound, decision }, { mayCommit, unflushed: this.#unflushed });
    // What this has left in the session cannot be told from its text.
    if (sessionBound || (kind === "other" && operation === "other")) bound.session = true;
    this.#opening = kind === "begin-read-only" && bound.server.role === "standby" ? call.query : undefined;
    if (bound.server.role === "standby") router.answered(call.scope);
    return result;
  }

  /** Outside of a transaction the rules of a single statement hold; inside, nothing is repeated but a bare beginning. */
  async #afterError(call: Call, server: Lease["server"], error: unknown): Promise<void> {
    const bound = this.#bound;
    const { runner } = this.#parts;
    const alone = bound === undefined || bound.client.getTransactionStatus() === "I";
    if (call.sent && (!alone || bound?.session === true)) {
      server.met(error);
      throw error;
    }
    try {
      await runner.retryOrThrow(call, server, error);
    } finally {
      // Also for who forgets to release after a BEGIN that failed: a client without a transaction needs none.
      this.#unbind(false);
    }
  }

  /** A query object that sends itself goes to the primary unless its text is provably a read. */
  #submit(submittable: Submittable, args: unknown[]): Submittable {
    const { runner } = this.#parts;
    void this.#inTurn(async () => {
      const call = newCall({ text: textOf(submittable) }, this.#parts.route);
      const server = await this.#bind(call);
      const bound = this.#bound as Binding;
      const isRead = this.#parts.router.objection(call.statement) === undefined;
      const { client } = bound;
      const ended = new Promise((resolve) =>
        client.once("drain", resolve).once("end", () => resolve(undefined)),
      );
      (client.query as (...all: unknown[]) => unknown).apply(client, args);
      if (isRead) return;
      bound.session = true;
      this.#wrote = true;
      // Outside of a transaction it commits when it ends, and nothing tells where: that is looked for afterwards.
      if (client.getTransactionStatus() === "I") runner.forgetPosition(server, ended);
    }).catch((error: Error) => {
      const failing = submittable as unknown as {
        handleError?: (error: Error, connection?: unknown) => void;
      };
      failing.handleError?.(error);
    });
    return submittable;
  }

  #unbind(broken: boolean): void {
    const bound = this.#bound;
    if (bound === undefined) return;
    this.#bound = undefined;
    this.#opening = undefined;
    bound.stopForwarding();
    bound.server.pool.giveBack(bound.client, broken || isBroken(bound));
  }
}

/** A LazyClient in the eyes of TypeScript users: everything a pooled client has that can be had lazily. */
export function asPoolClient(client: LazyClient): PoolClient {
  return client as unknown as PoolClient;
}
