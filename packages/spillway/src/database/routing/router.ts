// Chooses the server for a statement, and remembers for each request where it has been.

import type { Position } from "../../coherence/position.ts";
import type { Scope } from "../../coherence/scope.ts";
import type { Cluster } from "../servers/cluster.ts";
import type { Server } from "../servers/server.ts";
import type { DatabaseSettings } from "../settings/settings.ts";
import type { Statement } from "../sql/statements.ts";
import type { Call } from "./call.ts";
import type { Choice, Reason } from "./choice.ts";
import { mustSee } from "../../coherence/floor.ts";
import type { FunctionCatalogue } from "./functions.ts";

/** Where a request reads. It only ever moves from a replica to the primary, never back: so time never runs backwards. */
interface Pin {
  /** Undefined: the primary. */
  replica: Server | undefined;
  /** Whether the replica has answered: until then another may take its place. */
  answered: boolean;
}

export class Router {
  readonly #cluster: Cluster;
  readonly #settings: DatabaseSettings;
  readonly #functions: FunctionCatalogue;
  /** Statements that looked like reads and were refused by a replica. */
  readonly #writers = new WeakSet<Statement>();

  constructor(cluster: Cluster, settings: DatabaseSettings, functions: FunctionCatalogue) {
    this.#cluster = cluster;
    this.#settings = settings;
    this.#functions = functions;
  }

  /** Why `statement` must go to the primary; undefined if it is provably a read. */
  objection(statement: Statement): string | undefined {
    if (statement.kind !== "read" && statement.kind !== "begin-read-only")
      return statement.reason ?? `it is ${statement.operation}`;
    if (this.#writers.has(statement)) return "a replica refused it before";
    if (statement.functions.length === 0) return undefined;
    const doubtful = this.#functions.firstDoubtful(statement.functions);
    return doubtful === undefined ? undefined : `calls ${doubtful}, which may have effects`;
  }

  /** Resolves when the catalogue has said what it knows of the functions of `statement`; undefined if that is known. */
  learning(statement: Statement): Promise<void> | undefined {
    const { kind, functions } = statement;
    if (kind !== "read" || functions.length === 0 || this.#cluster.servers.length === 1) return undefined;
    return this.#functions.learning(functions);
  }

  /** A replica said that it writes: it goes to the primary from now on. */
  learn(statement: Statement): void {
    this.#writers.add(statement);
  }

  /** Where to send it, if that can be said without waiting for a replica to catch up or for a primary. */
  chooseNow(call: Call): Choice | undefined {
    const choice = this.consider(call);
    choice.server ??= this.#cluster.primary();
    if (choice.server === undefined || this.#mayCatchUp(choice.reason)) return undefined;
    return this.#chosen(call, choice as Choice);
  }

  async choose(call: Call): Promise<Choice> {
    if (this.#mayCatchUp(this.consider(call).reason)) {
      const met = (): boolean => this.consider(call).reason !== "behind";
      await this.#cluster.until(this.#settings.replicaWaitMs, met);
    }
    const { reason, detail, server = await this.#cluster.findPrimary() } = this.consider(call);
    return this.#chosen(call, { server, reason, detail });
  }

  /** The choice as it stands now; without a server where the primary is meant. Changes nothing. */
  consider(call: Call): Omit<Choice, "server"> & { server?: Server | undefined } {
    const { statement, route, scope, failed } = call;
    if (route === "primary") return { reason: "asked" };
    if (this.#cluster.servers.length === 1) return { reason: "single-server" };
    if (route === "replica") return this.#anyReplica(failed);
    const detail = this.objection(statement);
    if (detail !== undefined) return { reason: "write", detail };
    const pin = scope && this.#pinOf(scope);
    if (pin?.replica === undefined && pin !== undefined) return { reason: "pinned" };
    return this.#forRead(call, pin);
  }

  /** `server` has answered a read of `scope`: if it is a replica, no other one may from now on. */
  answered(scope: Scope | undefined, { role }: Server): void {
    if (scope === undefined || role !== "standby") return;
    const pin = this.#pinOf(scope);
    if (pin !== undefined) pin.answered = true;
  }

  /** Whether a read that holds a connection to `server` may use it. */
  suits(call: Call, server: Server): boolean {
    const pin = call.scope && this.#pinOf(call.scope);
    if (pin !== undefined && pin.replica !== server) return false;
    const must = mustSee(this.#settings.name);
    return this.#isUsable(server, call.failed) && (must === undefined || server.hasReached(must));
  }

  #forRead({ failed }: Call, pin: Pin | undefined): { server?: Server; reason: Reason } {
    const must = mustSee(this.#settings.name);
    const { timeline } = this.#cluster;
    if (must?.lsn === Infinity) return { reason: "behind" };
    if (must !== undefined && timeline !== 0 && must.timeline !== timeline) return { reason: "timeline" };
    const pinned = pin?.replica;
    if (pinned !== undefined && pin?.answered === true) {
      const usable = this.#isUsable(pinned, failed) && (must === undefined || pinned.hasReached(must));
      return usable ? { server: pinned, reason: "read" } : { reason: "moved" };
    }
    return this.#bestReplica(must, failed);
  }

  #bestReplica(must: Position | undefined, failed: readonly Server[]): { server?: Server; reason: Reason } {
    const { servers } = this.#cluster;
    let best: Server | undefined;
    let equals = 1;
    let anyFresh = false;
    for (const server of servers) {
      if (!this.#isUsable(server, failed)) continue;
      anyFresh = true;
      if (must !== undefined && !server.hasReached(must)) this.#cluster.watches.get(server)?.sought();
      else if (best === undefined || server.busy < best.busy) [best, equals] = [server, 1];
      // Of those that are equally busy, any with the same chance.
      else if (server.busy === best.busy && Math.random() * ++equals < 1) best = server;
    }
    if (best !== undefined) return { server: best, reason: "read" };
    return { reason: anyFresh ? "behind" : "no-replica" };
  }

  #anyReplica(failed: readonly Server[]): { server?: Server; reason: Reason } {
    const found = this.#bestReplica(undefined, failed);
    return found.server === undefined ? found : { server: found.server, reason: "asked" };
  }

  #isUsable(server: Server, failed: readonly Server[]): boolean {
    return server.isFresh(this.#cluster.timeline) && !failed.includes(server);
  }

  /** Whether waiting can help: not for what only the primary is known to have. */
  #mayCatchUp(reason: Reason): boolean {
    const { name, replicaWaitMs } = this.#settings;
    return reason === "behind" && replicaWaitMs > 0 && mustSee(name)?.lsn !== Infinity;
  }

  #pinOf(scope: Scope): Pin | undefined {
    return scope.keep<{ pin?: Pin }>(this, () => ({})).pin;
  }

  /** Remembers where the request is now. */
  #chosen({ scope }: Call, choice: Choice): Choice {
    const { reason, server } = choice;
    // What is read from a replica by name may be older: it says nothing about the other reads.
    if (scope === undefined || (reason === "asked" && server.role === "standby")) return choice;
    const kept = scope.keep<{ pin?: Pin }>(this, () => ({}));
    const replica = reason === "read" ? server : undefined;
    if (kept.pin === undefined || kept.pin.replica !== replica) kept.pin = { replica, answered: false };
    return choice;
  }
}
