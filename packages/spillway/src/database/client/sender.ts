// Sends statements over connections that were lent for them, and remembers where their commits ended.

import { setTimeout as sleep } from "node:timers/promises";
import type { QueryResult } from "pg";
import type { Position } from "../../coherence/position.ts";
import type { Observer } from "../observe/observer.ts";
import { arePositionsShared, remember, rememberUnknown } from "../../coherence/floor.ts";
import type { Cluster } from "../servers/cluster.ts";
import type { Server } from "../servers/server.ts";
import type { DatabaseSettings } from "../settings/settings.ts";
import type { Call } from "../routing/call.ts";
import type { Lease } from "./leases.ts";
import { nameOf } from "./names.ts";
import type { Query } from "../routing/call.ts";
import { type Answer, currentPosition, sendWrite, transmit } from "./send.ts";

const positionRetryMs = 500;

export interface SendOptions {
  /** Learn the position after the answer, for it may be that of a commit. */
  mayCommit: boolean;
  /** The commit may not be flushed: the transaction turned `synchronous_commit` off for itself. */
  unflushed?: boolean;
}

export class Sender {
  readonly #cluster: Cluster;
  readonly #observer: Observer;
  readonly #settings: DatabaseSettings;

  constructor(cluster: Cluster, observer: Observer, settings: DatabaseSettings) {
    this.#cluster = cluster;
    this.#observer = observer;
    this.#settings = settings;
  }

  async send(call: Call, lease: Lease, options: SendOptions): Promise<QueryResult> {
    if (options.mayCommit && this.#positionsMatter()) return await this.#sendWrite(call, lease, options);
    return await new Promise((resolve, reject) => {
      this.sendNow(call, lease, (error, result) => (error ? reject(error) : resolve(result)));
    });
  }

  /** Like `send` for what cannot commit, without promises. */
  sendNow(call: Call, lease: Lease, answer: Answer): void {
    const { server, client } = lease;
    const end = this.#begin(call, lease);
    transmit(client, this.#worded(call), (error, result) => {
      server.busy--;
      end(error ? null : result.rowCount, error ?? undefined);
      answer(error, result);
    });
  }

  /** A commit was acknowledged on `server`, at the latest when `ended` resolves, and its position was not learnt. */
  forgetPosition({ timeline }: Server, ended: Promise<unknown> = Promise.resolve()): void {
    if (!this.#positionsMatter()) return;
    void rememberUnknown(this.#settings.name, timeline, async () => {
      await ended;
      return positionOf(this.#cluster);
    });
  }

  /** To who reads replicas here, or at the other end of a cache that is shared. */
  #positionsMatter(): boolean {
    return this.#cluster.servers.length > 1 || arePositionsShared();
  }

  async #sendWrite(call: Call, lease: Lease, { unflushed = false }: SendOptions): Promise<QueryResult> {
    const { server, client } = lease;
    const onPosition = (position: Position | undefined): void => {
      this.#cluster.seek();
      if (position === undefined) this.forgetPosition(server);
      else remember(this.#settings.name, position);
    };
    const { namedStatements: named } = this.#settings;
    const end = this.#begin(call, lease);
    try {
      const result = await sendWrite(client, this.#worded(call), { unflushed, named, onPosition });
      end(result.rowCount);
      return result;
    } catch (error) {
      end(null, error);
      throw error;
    } finally {
      server.busy--;
    }
  }

  #begin(call: Call, { server, decision }: Lease): (rowCount: number | null, error?: unknown) => void {
    call.sent = true;
    server.busy++;
    return this.#observer.begin(call, decision);
  }

  #worded({ query, statement, comment }: Call): Query {
    if (comment !== undefined) return commented(query, comment);
    const name = this.#settings.namedStatements ? nameOf(statement, query) : query.name;
    return name === query.name || name === undefined ? query : { ...query, name };
  }
}

/** A text that is different each time must not be prepared, not even under the caller's own name. */
function commented(query: Query, comment: string): Query {
  const worded = { ...query, text: `${query.text} ${comment}` };
  delete worded.name;
  return worded;
}

/** Where the WAL of the primary ends now. Rejects if there is no primary to ask. */
export async function currentPositionOf(cluster: Cluster): Promise<Position> {
  const { pool } = await cluster.findPrimary();
  const client = await pool.borrowed();
  return await currentPosition(client).finally(() => pool.giveBack(client, false));
}

/** The same, asked again until there is an answer, or the pool has ended. */
async function positionOf(cluster: Cluster): Promise<Position> {
  while (!cluster.ended) {
    try {
      return await currentPositionOf(cluster);
    } catch {
      await sleep(positionRetryMs, undefined, { ref: false });
    }
  }
  return { timeline: 0, lsn: 0 };
}
