// Lends connections to statements, and takes them back.

import type { PoolClient } from "pg";
import { SpillwayError } from "../../errors.ts";
import type { Observer } from "../observe/observer.ts";
import { type Choice, type Decision, isForPrimary } from "../routing/choice.ts";
import type { Cluster } from "../servers/cluster.ts";
import type { Server } from "../servers/server.ts";
import type { DatabaseSettings } from "../settings/settings.ts";
import type { Call } from "../routing/call.ts";
import { Gate } from "./gate.ts";

export interface Lease {
  client: PoolClient;
  server: Server;
  decision: Decision;
  /** Makes room for the next read that the primary takes over. */
  leave: (() => void) | undefined;
}

export class Leases {
  readonly #cluster: Cluster;
  readonly #observer: Observer;
  readonly #settings: DatabaseSettings;
  readonly #fallback: Gate;

  constructor(cluster: Cluster, observer: Observer, settings: DatabaseSettings) {
    this.#cluster = cluster;
    this.#observer = observer;
    this.#settings = settings;
    this.#fallback = new Gate(settings.fallbackReads);
  }

  /** Waits in line where the primary takes over from all replicas, so that they do not take it down as well. */
  async enter({ reason }: Choice): Promise<(() => void) | undefined> {
    return reason === "no-replica" ? await this.#fallback.enter() : undefined;
  }

  /** A connection to the chosen server. What is meant for a primary never gets one to a server that is none any more. */
  async take(call: Call, choice: Choice): Promise<Lease> {
    const leave = await this.enter(choice);
    try {
      const lease = await new Promise<Lease>((resolve, reject) => {
        this.takeNow(call, choice, (error, taken) => (taken === undefined ? reject(error) : resolve(taken)));
      });
      return { ...lease, leave };
    } catch (error) {
      leave?.();
      throw error;
    }
  }

  /** Like `take`, without the line, and without promises: each costs as much as all else on the way of a read. */
  takeNow(call: Call, choice: Choice, done: (error: unknown, lease?: Lease) => void): void {
    const { server } = choice;
    const before = performance.now();
    call.sent = false;
    server.take((error, client) => {
      if (client === undefined) return done(error);
      this.#observer.checkedOut(server, performance.now() - before);
      if (server.role !== "standby" || !isForPrimary(choice))
        return done(undefined, { client, server, decision: this.decide(call, choice), leave: undefined });
      server.pool.giveBack(client, false);
      return done(standbyError(server));
    });
  }

  /** The connection of that server that reads share. It is not given back. */
  async share(call: Call, choice: Choice): Promise<Lease> {
    call.sent = false;
    const client = (await choice.server.share()) as PoolClient;
    return { client, server: choice.server, decision: this.decide(call, choice), leave: undefined };
  }

  /** A connection that is in a transaction, or of no more use, goes to nobody else. */
  giveBack({ client, server, leave }: Lease, broken = false): void {
    server.pool.giveBack(client, broken || client.getTransactionStatus() !== "I");
    leave?.();
  }

  decide(call: Call, { server, reason, detail }: Choice): Decision {
    const isReplica = server.role === "standby";
    return {
      server: server.label,
      role: isReplica ? "replica" : "primary",
      reason,
      detail,
      waitedMs: performance.now() - call.askedAt,
      lsnGap: isReplica ? Math.max(0, (this.#cluster.primary()?.lsn ?? 0) - server.lsn) : 0,
    };
  }

  /** Until when a call may wait for a connection. */
  deadlineOf({ askedAt }: Call): number {
    return askedAt + (this.#settings.connectionTimeoutMillis || Infinity);
  }
}

/** As a lost server would fail, so that another is looked for. */
function standbyError({ address, label }: Server): SpillwayError {
  const problem = "it is a standby now";
  const cause = Object.assign(new Error(problem), { code: "ECONNRESET" });
  const data = { setting: address.setting, server: label, problem };
  return new SpillwayError("SPILLWAY_DATABASE_UNREACHABLE", data, { cause });
}
