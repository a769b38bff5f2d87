// The pool: `pg.Pool` to the app and its ORM, a cluster behind it.

import {
  Pool,
  type PoolClient,
  type QueryArrayConfig,
  type QueryArrayResult,
  type QueryConfig,
  type QueryConfigValues,
  type QueryResult,
  type QueryResultRow,
  type Submittable,
} from "pg";
import { clusters, type DatabaseCluster } from "../coherence/clusters.ts";
import { outlive } from "../coherence/http.ts";
import type { Position } from "../coherence/position.ts";
import { newCall, type Route } from "./routing/call.ts";
import { asPoolClient, LazyClient } from "./client/lazy-client.ts";
import { callBack, given } from "./client/query.ts";
import { Runner } from "./client/runner.ts";
import { currentPositionOf, type Sender } from "./client/sender.ts";
import { poolInsides } from "./insides.ts";
import { hideCluster, showCluster } from "./observe/metrics.ts";
import { Observer } from "./observe/observer.ts";
import type { Decision } from "./routing/choice.ts";
import { askCatalogue, FunctionCatalogue } from "./routing/functions.ts";
import { Router } from "./routing/router.ts";
import { checkCluster } from "./servers/check.ts";
import { Cluster } from "./servers/cluster.ts";
import type { SpillwayPoolConfig } from "./settings/config.ts";
import { type Transaction, transact, type TransactionOptions } from "./transaction.ts";
import { databaseSettings, type DatabaseSettings } from "./settings/settings.ts";

interface Core {
  settings: DatabaseSettings;
  cluster: Cluster;
  router: Router;
  runner: Runner;
}

type Done = (release?: unknown) => void;
type ConnectCallback = (error: Error | undefined, client: PoolClient | undefined, done: Done) => void;

/** What all handles of one cluster have in common: queries and clients that choose their server late. */
class RoutedPool extends Pool {
  readonly #core: Core;
  readonly #route: Route;

  constructor(core: Core, route: Route) {
    const { max, idleTimeoutMillis } = core.settings;
    super({ max, idleTimeoutMillis });
    this.#core = core;
    this.#route = route;
    countOver(this, core.cluster);
  }

  // The overloads of pg.Pool, which a subclass does not inherit with a body of its own.
  override query<T extends Submittable>(queryStream: T): T;
  override query<R extends unknown[] = any[], I = any[]>(
    queryConfig: QueryArrayConfig<I>,
    values?: QueryConfigValues<I>,
  ): Promise<QueryArrayResult<R>>;
  override query<R extends QueryResultRow = any, I = any[]>(
    queryTextOrConfig: string | QueryConfig<I>,
    values?: QueryConfigValues<I>,
  ): Promise<QueryResult<R>>;
  override query<R extends unknown[] = any[], I = any[]>(
    queryConfig: QueryArrayConfig<I>,
    callback: (error: Error, result: QueryArrayResult<R>) => void,
  ): void;
  override query<R extends QueryResultRow = any, I = any[]>(
    queryTextOrConfig: string | QueryConfig<I>,
    callback: (error: Error, result: QueryResult<R>) => void,
  ): void;
  override query<R extends QueryResultRow = any, I = any[]>(
    queryText: string,
    values: QueryConfigValues<I>,
    callback: (error: Error, result: QueryResult<R>) => void,
  ): void;
  override query(...args: unknown[]): unknown {
    const asked = given(args);
    if (asked === undefined) return this.#submit(args[0] as Submittable);
    const { runner } = this.#core;
    const answer = runner.run(runner.ask(asked.query, this.#route));
    return asked.callback === undefined ? answer : callBack(answer, asked.callback);
  }

  override connect(): Promise<PoolClient>;
  override connect(callback: ConnectCallback): void;
  override connect(callback?: ConnectCallback): Promise<PoolClient> | void {
    const { runner, router, cluster } = this.#core;
    const client = asPoolClient(new LazyClient({ runner, router, route: this.#route }));
    const error = cluster.endedError();
    if (callback === undefined) return error === undefined ? Promise.resolve(client) : Promise.reject(error);
    const done: Done = (broken) => client.release(Boolean(broken));
    queueMicrotask(() =>
      error === undefined ? callback(undefined, client, done) : callback(error, undefined, done),
    );
  }

  /** How `text` would be routed now, in the current request or job. Runs nothing. */
  explain(text: string): Omit<Decision, "waitedMs"> {
    const { runner, router, cluster } = this.#core;
    const call = newCall({ text }, this.#route);
    const choice = router.consider(call);
    const server = choice.server ?? cluster.primary() ?? cluster.configured;
    const { waitedMs: _, ...decision } = runner.leases.decide(call, { ...choice, server });
    return decision;
  }

  async #submit(submittable: Submittable): Promise<unknown> {
    const { runner, router } = this.#core;
    const client = new LazyClient({ runner, router, route: this.#route });
    try {
      return await new Promise((resolve, reject) => {
        client.query(submittable, (error: Error | undefined, result: unknown) =>
          error ? reject(error) : resolve(result),
        );
      });
    } finally {
      client.release();
    }
  }
}

/**
 * A `pg.Pool` over a primary and its streaming replicas, for `pg` itself and for every ORM that takes a pool.
 *
 * What is provably a read goes to a replica that is fresh enough, everything else to the primary. Nobody reads
 * a state older than their own last write, and inside a request or job (see `spillway/coherence`) time never
 * runs backwards. Servers that fail are left out and come back; after a promotion the new primary is found.
 * A statement whose outcome is unknown is never repeated: its error reaches the caller.
 *
 * ```ts
 * import { drizzle } from "drizzle-orm/node-postgres";
 * import { SpillwayPool } from "spillway/database";
 *
 * const pool = new SpillwayPool(); // DATABASE_URL and DATABASE_REPLICA_URLS
 * const database = drizzle({ client: pool });
 * ```
 *
 * Nothing is connected before the first statement. Throws SPILLWAY_DATABASE_SETTING, SPILLWAY_DATABASE_URL and
 * SPILLWAY_DATABASE_DUPLICATE; what only shows on contact is thrown by statements and by `check()`.
 */
export class SpillwayPool extends RoutedPool {
  /** Everything sent through it goes to the primary. An ORM can be given it in place of the pool. */
  readonly primary: RoutedPool;
  /**
   * Everything sent through it goes to a replica that is fresh enough for strangers, whatever this request has
   * written: what it returns may be older. To the primary if there is none. For reports and exports.
   */
  readonly replica: RoutedPool;
  readonly #cluster: Cluster;
  readonly #sender: Sender;
  readonly #name: string;
  readonly #seenByCaches: DatabaseCluster;

  constructor(config: SpillwayPoolConfig = {}) {
    const core = newCore(config);
    super(core, "auto");
    this.#cluster = core.cluster;
    this.#sender = core.runner.sender;
    this.#name = core.settings.name;
    this.primary = new RoutedPool(core, "primary");
    this.replica = new RoutedPool(core, "replica");
    for (const { pool } of core.cluster.servers) passOn(pool, this);
    showCluster(core.cluster);
    outlive(core.settings.maxLagMs);
    this.#seenByCaches = asSeenByCaches(core);
    clusters.set(this.#name, this.#seenByCaches);
    poolInsides.set(this, { cluster: core.cluster, settings: core.settings });
  }

  /**
   * Runs `work` in a transaction on the primary: committed when it resolves, rolled back when it rejects. What
   * `tx.invalidate` names ends in all caches with the commit: in those of this process before this resolves, in
   * others within milliseconds, and for whoever bears the causality token of this request at once. Inside, caches
   * are neither read nor filled.
   *
   * ```ts
   * await pool.transaction(async (tx) => {
   *   await tx.query("UPDATE product SET price = $1 WHERE id = $2", [price, id]);
   *   tx.invalidate(`product:${id}`, "products");
   * });
   * ```
   *
   * Rejects with what `work` throws, and with SPILLWAY_DATABASE_ROLLED_BACK when a statement had failed and `work`
   * did not say so. A transaction is never repeated. SPILLWAY_CACHE_NOT_ANNOUNCED means that it is committed, and
   * that Redis could not be told and no tailer will do it: other servers may serve old values for their ttl.
   */
  async transaction<T>(work: (tx: Transaction) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    const client = await this.primary.connect();
    const onUnknown = (): void => this.#sender.forgetPosition(this.#cluster.configured);
    try {
      return await transact({ client, cluster: this.#name, onUnknown }, work, options);
    } finally {
      client.release();
    }
  }

  /** Connections that it may open to each server now, at most: its share of the budget. */
  get maxConnections(): number {
    return Math.min(...this.#cluster.servers.map(({ pool }) => pool.max));
  }

  /**
   * Connects to every server and throws what is wrong with the settings: SPILLWAY_DATABASE_UNREACHABLE,
   * _REFUSED, _OTHER_CLUSTER, _REPLICA_IS_PRIMARY or _BUDGET. For a start-up or health check; without it, a
   * replica that cannot be used is a warning.
   */
  check(): Promise<void> {
    return checkCluster(this.#cluster);
  }

  /** Waits for the statements under way and closes every connection. */
  override end(): Promise<void>;
  override end(callback: () => void): void;
  override end(callback?: () => void): Promise<void> | void {
    hideCluster(this.#cluster);
    if (clusters.get(this.#name) === this.#seenByCaches) clusters.delete(this.#name);
    for (const pool of [this, this.primary, this.replica]) Object.assign(pool, { ending: true, ended: true });
    const ended = this.#cluster.end();
    return callback === undefined ? ended : callBack(ended, callback);
  }
}

function newCore(config: SpillwayPoolConfig): Core {
  const settings = databaseSettings(config);
  const cluster = new Cluster(settings);
  const router = new Router(
    cluster,
    settings,
    new FunctionCatalogue((names) => askCatalogue(cluster, names)),
  );
  const runner = new Runner({ settings, cluster, router, observer: new Observer(settings) });
  return { settings, cluster, router, runner };
}

function asSeenByCaches({ settings: { name }, cluster }: Core): DatabaseCluster {
  const flushed = async (): Promise<Position> => {
    cluster.start();
    return await currentPositionOf(cluster);
  };
  return { name, timeline: () => cluster.timeline, flushed };
}

/** The counts that pg.Pool shows are those of all servers together. */
function countOver(pool: Pool, { servers }: Cluster): void {
  const shown = { totalCount: "totalCount", idleCount: "idleCount", expiredCount: "expiredCount" } as const;
  for (const [key, source] of Object.entries({ ...shown, waitingCount: "waiting" as const })) {
    const get = (): number => servers.reduce((sum, server) => sum + server.pool[source], 0);
    Object.defineProperty(pool, key, { get });
  }
}

/** The events of the connections, as pg.Pool emits them; an error that nobody listens for ends nothing. */
function passOn(from: Pool, to: Pool): void {
  for (const event of ["connect", "acquire", "release", "remove"] as const)
    from.on(
      event as "connect",
      (...values: unknown[]) => to.listenerCount(event) > 0 && to.emit(event, ...values),
    );
  from.on("error", (error, client) => to.listenerCount("error") > 0 && to.emit("error", error, client));
}
