// Runs statements: chooses the server, lends a connection, sends, and tries again where that is right.

import { setTimeout as sleep } from "node:timers/promises";
import type { QueryResult } from "pg";
import { SpillwayError } from "../../errors.ts";
import type { Observer } from "../observe/observer.ts";
import { traceComment } from "../observe/trace.ts";
import type { Choice } from "../routing/choice.ts";
import type { Router } from "../routing/router.ts";
import type { Cluster } from "../servers/cluster.ts";
import type { Server } from "../servers/server.ts";
import type { DatabaseSettings } from "../settings/settings.ts";
import { type Call, newCall, type Query, type Route } from "../routing/call.ts";
import { type Lease, Leases } from "./leases.ts";
import { nextAfter } from "./retry.ts";
import { Sender } from "./sender.ts";

/** How long to wait before a server that was full is asked for a connection again. */
const fullWaitMs = 25;

export interface Parts {
  settings: DatabaseSettings;
  cluster: Cluster;
  router: Router;
  observer: Observer;
}

export class Runner {
  readonly leases: Leases;
  readonly sender: Sender;
  readonly #parts: Parts;

  constructor(parts: Parts) {
    const { cluster, observer, settings } = parts;
    this.#parts = parts;
    this.leases = new Leases(cluster, observer, settings);
    this.sender = new Sender(cluster, observer, settings);
  }

  /** Takes a statement in, in the very turn in which the app asks: only there do stack and context lead to it. */
  ask(query: Query, route: Route): Call {
    const call = newCall(query, route);
    call.comment = traceComment(call.scope);
    if (call.scope !== undefined) this.#parts.observer.asked(call.scope, call.statement);
    return call;
  }

  /** One statement in autocommit, on any connection. */
  async run(call: Call): Promise<QueryResult> {
    const { cluster, router } = this.#parts;
    cluster.start();
    const learning = router.learning(call.statement);
    if (learning !== undefined) await learning;
    for (;;) {
      const choice = router.chooseNow(call) ?? (await router.choose(call));
      try {
        if (router.objection(call.statement) !== undefined) return await this.#write(call, choice);
        if (this.#parts.settings.pipelineReads) return await this.#readShared(call, choice);
        if (choice.reason === "no-replica") return await this.#readInLine(call, choice);
        return await this.#read(call, choice);
      } catch (error) {
        await this.retryOrThrow(call, choice.server, error);
      }
    }
  }

  async choose(call: Call): Promise<Choice> {
    this.#parts.cluster.start();
    await this.#parts.router.learning(call.statement);
    return this.#parts.router.chooseNow(call) ?? (await this.#parts.router.choose(call));
  }

  /** Returns if the call is to be tried again; throws what the caller is to see if not. */
  async retryOrThrow(call: Call, server: Server, error: unknown): Promise<void> {
    const { cluster, router } = this.#parts;
    if (call.sent) server.met(error);
    const next = nextAfter({ call, server, error, cluster, router });
    const tooLate = performance.now() >= this.leases.deadlineOf(call);
    if (next === "give-up" || (next === "wait" && tooLate)) throw traced(error);
    if (next === "wait") await sleep(fullWaitMs);
  }

  async #write(call: Call, choice: Choice): Promise<QueryResult> {
    const lease = await this.leases.take(call, choice);
    try {
      return await this.sender.send(call, lease, { mayCommit: true });
    } finally {
      this.leases.giveBack(lease);
    }
  }

  /** The most frequent way: no promise but the one that the caller gets. */
  #read(call: Call, choice: Choice): Promise<QueryResult> {
    return new Promise((resolve, reject) => {
      this.leases.takeNow(call, choice, (error, lease) => {
        if (lease === undefined) return reject(error);
        return this.sender.sendNow(call, lease, (failure, result) => {
          this.leases.giveBack(lease);
          if (failure) return reject(failure);
          this.#parts.router.answered(call.scope, lease.server);
          return resolve(result);
        });
      });
    });
  }

  async #readInLine(call: Call, choice: Choice): Promise<QueryResult> {
    const leave = await this.leases.enter(choice);
    return await this.#read(call, choice).finally(leave);
  }

  async #readShared(call: Call, choice: Choice): Promise<QueryResult> {
    const leave = await this.leases.enter(choice);
    try {
      const lease: Lease = await this.leases.share(call, choice);
      const result = await this.sender.send(call, lease, { mayCommit: false });
      this.#parts.router.answered(call.scope, lease.server);
      return result;
    } finally {
      leave?.();
    }
  }
}

/** The driver makes its errors where the socket is read; the stack should lead to the caller. */
function traced(error: unknown): unknown {
  if (error instanceof Error && !(error instanceof SpillwayError)) Error.captureStackTrace(error, traced);
  return error;
}
