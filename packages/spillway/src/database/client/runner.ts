// Runs statements: chooses the server, sends, learns where a write ended, tries again where that is right.

import { setTimeout as sleep } from "node:timers/promises";
import type { PoolClient, QueryResult } from "pg";
import { SpillwayError } from "../../errors.ts";
import type { Position } from "../../coherence/position.ts";
import type { Observer } from "../observe/observer.ts";
import type { Choice, Decision } from "../routing/choice.ts";
import { remember, rememberUnknown } from "../routing/floor.ts";
import type { Route, Router } from "../routing/router.ts";
import type { Cluster } from "../servers/cluster.ts";
import type { Server } from "../servers/server.ts";
import type { DatabaseSettings } from "../settings.ts";
import { type Call, newCall } from "./call.ts";
import { Gate } from "./gate.ts";
import { nameOf } from "./names.ts";
import type { Query } from "./query.ts";
import { nextAfter } from "./retry.ts";
import { currentPosition, send, sendWrite, transmit } from "./send.ts";

/** How long to wait before a server that was full is asked for a connection again. */
const fullWaitMs = 25;
const positionRetryMs = 500;

export interface Parts {
  settings: DatabaseSettings;
  cluster: Cluster;
  router: Router;
  observer: Observer;
}

/** A connection that was taken for a call. */
export interface Lease {
  client: PoolClient;
  server: Server;
  decision: Decision;
}

export class Runner {
  readonly #parts: Parts;
  readonly #fallback: Gate;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#fallback = new Gate(parts.settings.fallbackReads);
  }

  /** One statement in autocommit, on any connection. */
  async run(query: Query, route: Route): Promise<QueryResult> {
    const { cluster, router, settings } = this.#parts;
    cluster.start();
    const call = newCall(query, route);
    for (;;) {
      const choice = router.chooseNow(call) ?? (await router.choose(call));
      const leave = choice.reason === "no-replica" ? await this.#fallback.enter() : undefined;
      try {
        if (router.objection(call.statement) !== undefined) return await this.#write(call, choice);
        return await (settings.pipelineReads ? this.#readShared(call, choice) : this.#read(call, choice));
      } catch (error) {
        await this.retryOrThrow(call, choice.server, error);
      } finally {
        leave?.();
      }
    }
  }

  async choose(call: Call): Promise<Choice> {
    this.#parts.cluster.start();
    return this.#parts.router.chooseNow(call) ?? (await this.#parts.router.choose(call));
  }

  /** Returns if the call is to be tried again; throws what the caller is to see if not. */
  async retryOrThrow(call: Call, server: Server, error: unknown): Promise<void> {
    const { cluster, router, settings } = this.#parts;
    if (call.sent) server.met(error);
    const next = nextAfter({ call, server, error, cluster, router });
    const timeLeft = call.askedAt + (settings.connectionTimeoutMillis || Infinity) - performance.now();
    if (next === "give-up" || (next === "wait" && timeLeft <= 0)) throw traced(error);
    if (next === "wait") await sleep(fullWaitMs);
  }

  /** A connection to the chosen server. A write never gets one to a server that has become a standby. */
  async take(call: Call, choice: Choice): Promise<Lease> {
    const { server } = choice;
    call.sent = false;
    const before = performance.now();
    const client = await server.connect();
    this.#parts.observer.checkedOut(server, performance.now() - before);
    if (server.role === "standby" && isForPrimary(choice)) {
      server.pool.giveBack(client, false);
      throw standbyError(server);
    }
    return { client, server, decision: this.decide(call, choice) };
  }

  decide(call: Call, { server, reason, detail }: Choice): Decision {
    const role = server.role === "standby" ? "replica" : "primary";
    const primaryLsn = this.#parts.cluster.primary()?.lsn ?? 0;
    return {
      server: server.label,
      role,
      reason,
      detail,
      waitedMs: performance.now() - call.askedAt,
      lsnGap: role === "primary" ? 0 : Math.max(0, primaryLsn - server.lsn),
    };
  }

  /** Sends on a connection. With `mayCommit` the position after the answer is learnt and remembered. */
  async send(call: Call, lease: Lease, { mayCommit, unflushed = false }: SendOptions): Promise<QueryResult> {
    const { observer, settings, cluster } = this.#parts;
    const { server, client } = lease;
    const sent = observer.begin(call, lease.decision);
    const query = this.#named(call, sent.comment);
    const onPosition = (position: Position | undefined): void =>
      position === undefined ? this.forgetPosition(server) : remember(settings.name, position);
    call.sent = true;
    server.busy++;
    try {
      const tracked = mayCommit && cluster.servers.length > 1;
      const result = await (tracked
        ? sendWrite(client, query, { unflushed, onPosition })
        : send(client, query));
      sent.end(result.rowCount);
      return result;
    } catch (error) {
      sent.end(null, error);
      throw error;
    } finally {
      server.busy--;
    }
  }

  /** A commit was acknowledged on `server`, at the latest when `ended` resolves, and its position was not learnt. */
  forgetPosition(server: Server, ended: Promise<unknown> = Promise.resolve()): void {
    const { settings, cluster } = this.#parts;
    if (cluster.servers.length === 1) return;
    void rememberUnknown(settings.name, server.timeline, async () => {
      await ended;
      return positionOf(cluster);
    });
  }

  async #write(call: Call, choice: Choice): Promise<QueryResult> {
    const lease = await this.take(call, choice);
    try {
      return await this.send(call, lease, { mayCommit: true });
    } finally {
      lease.server.pool.giveBack(lease.client, isBroken(lease));
    }
  }

  /** The most frequent way, with callbacks: each promise between the socket and the caller costs as much as all else here. */
  #read(call: Call, choice: Choice): Promise<QueryResult> {
    const { observer, router } = this.#parts;
    const { server } = choice;
    const before = performance.now();
    call.sent = false;
    return new Promise((resolve, reject) => {
      server.take((error, client) => {
        if (client === undefined) return reject(error);
        observer.checkedOut(server, performance.now() - before);
        const sent = observer.begin(call, this.decide(call, choice));
        call.sent = true;
        server.busy++;
        transmit(client, this.#named(call, sent.comment), (failure, result) => {
          server.busy--;
          server.pool.giveBack(client, isBroken({ client }));
          sent.end(failure ? null : result.rowCount, failure ?? undefined);
          if (failure) return reject(failure);
          if (server.role === "standby") router.answered(call.scope);
          return resolve(result);
        });
        return undefined;
      });
    });
  }

  async #readShared(call: Call, choice: Choice): Promise<QueryResult> {
    const { server } = choice;
    call.sent = false;
    const client = (await server.share()) as PoolClient;
    const lease = { client, server, decision: this.decide(call, choice) };
    const result = await this.send(call, lease, { mayCommit: false });
    if (server.role === "standby") this.#parts.router.answered(call.scope);
    return result;
  }

  #named({ query, statement }: Call, comment: string | undefined): Query {
    // A text that is different each time must not be prepared.
    if (comment !== undefined) return { ...query, text: `${query.text} ${comment}` };
    const name = this.#parts.settings.namedStatements ? nameOf(statement, query) : query.name;
    return name === query.name || name === undefined ? query : { ...query, name };
  }
}

interface SendOptions {
  mayCommit: boolean;
  unflushed?: boolean;
}

/** Whether the reason means the primary and no other. */
function isForPrimary({ reason, server }: Choice): boolean {
  return reason !== "read" && !(reason === "asked" && server.role === "standby");
}

/** As a lost server would fail, so that another is looked for. */
function standbyError({ address, label }: Server): SpillwayError {
  const problem = "it is a standby now";
  const cause = Object.assign(new Error(problem), { code: "ECONNRESET" });
  const data = { setting: address.setting, server: label, problem };
  return new SpillwayError("SPILLWAY_DATABASE_UNREACHABLE", data, { cause });
}

/** A connection that is in a transaction, or of no more use, goes to nobody else. */
export function isBroken({ client }: Pick<Lease, "client">): boolean {
  const status = client.getTransactionStatus();
  return status !== "I";
}

/** Where the WAL of the primary ends now. Asked again until there is an answer, or the pool has ended. */
async function positionOf(cluster: Cluster): Promise<Position> {
  while (!cluster.ended) {
    try {
      const { pool } = await cluster.findPrimary();
      const client = await pool.connect();
      return await currentPosition(client).finally(() => pool.giveBack(client, isBroken({ client })));
    } catch {
      await sleep(positionRetryMs, undefined, { ref: false });
    }
  }
  return { timeline: 0, lsn: 0 };
}

/** The driver makes its errors where the socket is read; the stack should lead to the caller. */
function traced(error: unknown): unknown {
  if (error instanceof Error && !(error instanceof SpillwayError)) Error.captureStackTrace(error, traced);
  return error;
}
