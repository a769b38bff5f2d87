// One Postgres server: its connections, what it last said of itself, and whether it can be asked.

import type { Client, ClientBase, PoolClient } from "pg";
import { SpillwayError } from "../../errors.ts";
import { warn } from "../../warnings.ts";
import type { DatabaseSettings } from "../settings/settings.ts";
import type { ServerAddress } from "../settings/address.ts";
import { type Failure, failureOf, OtherServerError } from "./failure.ts";
import type { Position } from "../../coherence/position.ts";
import { type Identity, identityOf } from "./identity.ts";
import type { ServerReport } from "./report.ts";
import { ReadPipe } from "./read-pipe.ts";
import { ServerPool, waitedTooLong } from "./server-pool.ts";

type Role = "primary" | "standby" | "unknown";

/** How long a server that would take no more connections is left alone. */
const fullMs = 500;

/** What whoever watches it wants to know at once. */
export interface Watched {
  onLost: (server: Server) => void;
  /** The first time that it is considered for a read since `wanted` was cleared. */
  onWanted: (server: Server) => void;
}

export class Server {
  readonly address: ServerAddress;
  readonly pool: ServerPool;
  readonly #pipe: ReadPipe;
  role: Role = "unknown";
  timeline = 0;
  /** What it has replayed (a standby) or flushed (a primary), at least. Grows until its connection is lost. */
  lsn = 0;
  report: ServerReport | undefined;
  /** Why it cannot be asked; undefined when it can, as far as is known. */
  problem: string | undefined;
  /** Who it is, as the watch found; undefined until then. */
  identity: Identity | undefined;
  /** Set when it must not be used at all: another cluster, or the primary under a second name. */
  rejected: SpillwayError | undefined;
  /** Whether it was considered for a read; whoever watches it clears it. */
  wanted = false;
  /** Statements that are on their way to it now. */
  busy = 0;
  #avoidUntil = 0;
  #heardAt = 0;
  #caughtUpAt = -Infinity;
  #several = false;
  readonly #settings: DatabaseSettings;
  readonly #onLost: (server: Server) => void;
  readonly #onWanted: (server: Server) => void;

  constructor(address: ServerAddress, settings: DatabaseSettings, { onLost, onWanted }: Watched) {
    this.address = address;
    this.#settings = settings;
    this.#onLost = onLost;
    this.#onWanted = onWanted;
    const connection = { ...settings.connection, ...address.config };
    this.#pipe = new ReadPipe(connection, (client) => this.#admit(client));
    this.pool = new ServerPool({
      ...connection,
      maxLifetimeSeconds: settings.maxLifetimeSeconds,
      onRole: (standby) => this.sawRole(standby),
      onConnect: (client) => this.#admit(client),
    });
  }

  get label(): string {
    return this.address.label;
  }

  /** Whether statements may be sent to it, whatever its role. */
  get reachable(): boolean {
    if (this.problem !== undefined || this.rejected !== undefined) return false;
    return this.#avoidUntil === 0 || performance.now() >= this.#avoidUntil;
  }

  /** Whether its data is fresh enough to be read by someone without a token. `timeline` is the primary's, 0 if unknown. */
  isFresh(timeline: number): boolean {
    const { report } = this;
    if (!this.wanted) this.#onWanted(this);
    this.wanted = true;
    if (this.role !== "standby" || report === undefined || !report.follows || !this.reachable) return false;
    const { maxLagMs, maxLagBytes } = this.#settings;
    return this.lagMs <= maxLagMs && report.lagBytes <= maxLagBytes && this.timeline >= timeline;
  }

  /**
   * How old its data is at most. What it had caught up with a while ago cannot be older than that, however old
   * its last commit is: after an idle time the first new commit would make it look as old as the pause.
   */
  get lagMs(): number {
    return Math.min(this.report?.lagMs ?? Infinity, this.#heardAt - this.#caughtUpAt);
  }

  hasReached({ timeline, lsn }: Position): boolean {
    return this.timeline === timeline && this.lsn >= lsn;
  }

  /** Takes in who it is. Another than before: what is known and connected is of that one. */
  identified(identity: Identity): void {
    const before = this.identity;
    this.identity = identity;
    if (before === undefined || before.server === identity.server) return;
    this.#forget();
    this.cut();
  }

  /** Takes in what it said. A position never goes back on one timeline while the connection lives. */
  heard(report: ServerReport): void {
    this.report = report;
    this.#heardAt = performance.now();
    if (report.lagBytes === 0) this.#caughtUpAt = this.#heardAt;
    this.problem = undefined;
    if (report.timeline !== this.timeline) this.lsn = 0;
    this.timeline = report.timeline;
    this.lsn = Math.max(this.lsn, report.lsn);
    this.sawRole(report.standby);
  }

  sawRole(standby: boolean): void {
    const role = standby ? "standby" : "primary";
    if (role === this.role) return;
    this.role = role;
    // What was known of the other role is void: a promoted server is on a timeline of its own.
    if (this.report?.standby !== standby) this.#forget();
  }

  /** It cannot be reached. Its position is void too: it may come back from an older copy of its data. */
  lost(problem: string): void {
    this.problem = problem;
    this.#forget();
    this.#onLost(this);
  }

  /**
   * A connection, new or returned. Throws coded errors for what is the matter with the server, and
   * SPILLWAY_DATABASE_BUSY when all connections of this process stayed in use.
   */
  take(callback: (error: unknown, client: PoolClient | undefined) => void): void {
    this.pool.borrow((error, client) => callback(error && this.#explained(error), client));
  }

  /** The connection that is shared by reads. Throws the same. */
  async share(): Promise<Client> {
    try {
      return await this.#pipe.client();
    } catch (error) {
      throw this.#explained(error);
    }
  }

  /** It is gone for all: whoever still waits for an answer of it gets an error now. */
  cut(): void {
    this.pool.cut();
    this.#pipe.cut();
  }

  async end(): Promise<void> {
    await Promise.all([this.pool.end(), this.#pipe.end()]);
  }

  /** Draws the conclusions from an error that a statement or a connection to this server met. */
  met(error: unknown): Failure {
    const failure = failureOf(error);
    if (failure === "server") this.lost((error as Error).message);
    else if (failure === "full") this.#avoidUntil = performance.now() + fullMs;
    return failure;
  }

  /**
   * Called with each new connection. One that leads to another server than the watch's is refused, or the
   * position of the one would be believed of the other.
   */
  async #admit(client: ClientBase): Promise<void> {
    // It may be an async function, whatever its type says: the pool waits for it as well.
    await (this.#settings.connection.onConnect?.(client) as unknown as Promise<void> | undefined);
    const watched = this.identity;
    if (watched === undefined || this.role !== "standby") return;
    const { server } = await identityOf(client);
    if (server === watched.server || this.identity !== watched) return;
    this.#warnOfSeveral();
    throw new OtherServerError(`${this.label} leads to several servers`);
  }

  #warnOfSeveral(): void {
    if (this.#several) return;
    this.#several = true;
    const { setting, label } = this.address;
    warn(
      "SPILLWAY_DATABASE_SERVER_UNUSABLE",
      `${label} (${setting}) leads to several servers, of which one is read; list each by an address of its own`,
    );
  }

  #forget(): void {
    this.report = undefined;
    this.#caughtUpAt = -Infinity;
    this.lsn = 0;
    this.timeline = 0;
  }

  #explained(error: unknown): unknown {
    const { setting, label: server } = this.address;
    const problem = (error as Error).message;
    if (problem === waitedTooLong) {
      const waitedMs = this.#settings.connectionTimeoutMillis;
      return new SpillwayError("SPILLWAY_DATABASE_BUSY", { server, max: this.pool.max, waitedMs });
    }
    const failure = this.met(error);
    const options = { cause: error };
    if (failure === "access")
      return new SpillwayError("SPILLWAY_DATABASE_REFUSED", { setting, server, problem }, options);
    if (failure !== "server") return error;
    return new SpillwayError("SPILLWAY_DATABASE_UNREACHABLE", { setting, server, problem }, options);
  }
}
