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
import type { Router } from "../routing/router.ts";
import { type Call, newCall, type Query, type Route } from "../routing/call.ts";
import { callBack, given, textOf } from "./query.ts";
import { forward } from "./forward.ts";
import type { Lease } from "./leases.ts";
import type { Runner } from "./runner.ts";

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
    const { runner, route } = this.#parts;
    const call = runner.ask(asked.query, route);
    const answer = this.#inTurn(() => this.#run(call));
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

  async #run(call: Call): Promise<QueryResult> {
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
    if (bound !== undefined && (await this.#stays(bound, call))) return bound.server;
    for (;;) {
      const choice = await runner.choose(call);
      try {
        const lease = await runner.leases.take(call, choice);
        this.#bound = { ...lease, session: false, stopForwarding: forward(lease.client, this) };
        return lease.server;
      } catch (error) {
        await runner.retryOrThrow(call, choice.server, error);
      }
    }
  }

  async #stays(bound: Binding, call: Call): Promise<boolean> {
    const { router } = this.#parts;
    const inTransaction = bound.client.getTransactionStatus() !== "I";
    const onReplica = bound.server.role === "standby";
    if (inTransaction && onReplica && call.statement.sessionBound) return this.#moveOrRefuse(bound, call);
    if (inTransaction || bound.session) return true;
    // Between transactions, with nothing that lives in the session: the next statement is free to choose.
    const isRead = router.objection(call.statement) === undefined;
    if (onReplica ? isRead && router.suits(call, bound.server) : isRead) return true;
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
    const { sender } = this.#parts.runner;
    const before = bound.client.getTransactionStatus();
    const mayCommit = this.#mayCommit(call, bound, before);
    const decision = before === "I" ? bound.decision : { ...bound.decision, reason: "transaction" as const };
    const result = await sender.send(call, { ...bound, decision }, { mayCommit, unflushed: this.#unflushed });
    // It ended a transaction in a way that its text did not show, such as a COMMIT among several statements.
    const ended = before !== "I" && bound.client.getTransactionStatus() === "I";
    if (ended && this.#wrote && !mayCommit && call.statement.kind !== "rollback")
      sender.forgetPosition(bound.server);
    this.#settle(call, bound);
    return result;
  }

  /** In a transaction only its end can commit; outside of one, every statement that is not a read. */
  #mayCommit({ statement }: Call, { server }: Binding, status: TransactionStatus): boolean {
    const { operation, text } = statement;
    const isRead = this.#parts.router.objection(statement) === undefined;
    if (status === "I") this.#wrote = false;
    if (!isRead && !["begin", "commit", "rollback"].includes(operation)) this.#wrote = true;
    this.#unflushed ||= text.includes("synchronous_commit");
    if (server.role === "standby") return false;
    return status === "I" ? !isRead && operation !== "begin" : operation === "commit" && this.#wrote;
  }

  /** What the statement, now answered, means for those that follow. */
  #settle({ statement, query, scope }: Call, bound: Binding): void {
    const { kind, operation, sessionBound } = statement;
    // What this has left in the session cannot be told from its text.
    if (sessionBound || (kind === "other" && operation === "other")) bound.session = true;
    this.#opening = kind === "begin-read-only" && bound.server.role === "standby" ? query : undefined;
    this.#parts.router.answered(scope, bound.server);
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
    const { runner, route } = this.#parts;
    const call = runner.ask({ text: textOf(submittable) }, route);
    const { handleError } = submittable as { handleError?: (error: Error) => void };
    this.#inTurn(() => this.#hand(call, args)).catch((error: Error) => handleError?.call(submittable, error));
    return submittable;
  }

  /** Hands a query object to the driver, in its turn. */
  async #hand(call: Call, args: unknown[]): Promise<void> {
    const server = await this.#bind(call);
    const bound = this.#bound as Binding;
    const { client } = bound;
    const { runner, router } = this.#parts;
    const ended = new Promise((resolve) =>
      client.once("drain", resolve).once("end", () => resolve(undefined)),
    );
    (client.query as (...all: unknown[]) => unknown).apply(client, args);
    if (router.objection(call.statement) === undefined) return;
    bound.session = true;
    this.#wrote = true;
    // Outside of a transaction it commits when it ends, and nothing tells where: that is looked for afterwards.
    if (client.getTransactionStatus() === "I") runner.sender.forgetPosition(server, ended);
  }

  #unbind(broken: boolean): void {
    const bound = this.#bound;
    if (bound === undefined) return;
    this.#bound = undefined;
    this.#opening = undefined;
    bound.stopForwarding();
    this.#parts.runner.leases.giveBack(bound, broken);
  }
}

/** A LazyClient in the eyes of TypeScript users: everything a pooled client has that can be had lazily. */
export function asPoolClient(client: LazyClient): PoolClient {
  return client as unknown as PoolClient;
}
