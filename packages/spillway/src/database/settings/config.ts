// What a pool can be told.

import type { PoolConfig } from "pg";

/** What `pg.Pool` takes for its connections, and what follows. Other defaults than its own are named here. */
export interface SpillwayPoolConfig extends PoolConfig {
  /** Address of the primary. Default: DATABASE_URL. After a failover any listed server may be the primary. */
  connectionString?: string;
  /**
   * Addresses of the streaming replicas. Default: DATABASE_REPLICA_URLS, separated by commas, else
   * DATABASE_REPLICA_URL, else none: then everything goes to the primary.
   */
  replicas?: readonly string[];
  /** Names the cluster in causality tokens. Default `main`. Give each cluster of an app a name of its own. */
  name?: string;
  /**
   * Connections to each server. Default 20. More let more statements wait inside the server instead of
   * here, which is slower beyond about four per core of it; fewer make requests queue.
   */
  max?: number;
  /** Milliseconds after which an idle connection is closed. Default 30,000. */
  idleTimeoutMillis?: number;
  /** Milliseconds to wait for a connection, new or returned. Default 2,000. 0 waits for ever. */
  connectionTimeoutMillis?: number;
  /** Milliseconds after which the server ends a statement. Default 30,000; `false` never does. */
  statement_timeout?: number | false;
  /**
   * Seconds after which a connection is replaced, spread by a fifth either way so that not all go at once.
   * Default 1,800. Shorter follows changes of DNS and frees server memory sooner, and costs reconnects.
   */
  maxLifetimeSeconds?: number;
  /**
   * Prepare parameterised statements under a name of their own at their second use. Default true. Turn it
   * off behind a proxy that shares connections between clients by transaction and does not know statements.
   */
  namedStatements?: boolean;
  /**
   * Send autocommit reads through one shared, pipelined connection per server. Default false. Several times
   * faster for many short reads; a slow one holds up all behind it.
   */
  pipelineReads?: boolean;
  /**
   * How old a replica may be, in milliseconds, and still be read by those without a token. Default 5,000.
   * Lower is fresher and sends more reads to the primary whenever replicas lag.
   */
  maxLagMs?: number;
  /** The same in bytes of WAL. Default 16 MiB. */
  maxLagBytes?: number;
  /** How long a read may wait for a replica to reach what it must see before the primary answers. Default 0 ms. */
  replicaWaitMs?: number;
  /** How long statements wait for a new primary when the old one is gone. Default 5,000 ms. */
  failoverTimeoutMs?: number;
  /**
   * Reads at once that the primary takes over when no replica can be read. Default: half of `max`. The rest
   * of its connections stay free for what only it can do.
   */
  fallbackReads?: number;
  /**
   * Share the server's connections between all pools that announce themselves on it; `max` is then the most
   * that this one takes. Default true.
   */
  budget?: boolean;
  /** Connections of the server that are left to others (psql, migrations, backups). Default 10. */
  budgetReserve?: number;
  /** Milliseconds from which a statement is slow. Default 1,000; 0 reports none. */
  slowQueryMs?: number;
  /** Called for a slow statement. Default: one line of JSON on stderr. */
  onSlowQuery?: (query: SlowQuery) => void;
  /** Give `onSlowQuery` the values of the parameters too. Default false: they can be secrets. */
  slowQueryValues?: boolean;
  /**
   * Report a statement that one request ran this often from the same line. Default 10, at least 3; 0 reports
   * none.
   */
  repeatedQueryLimit?: number;
  /** Called once for each such line. Default: a warning with the line and the query to write instead. */
  onRepeatedQuery?: (query: RepeatedQuery) => void;
}

/** A statement at or above `slowQueryMs`. */
export interface SlowQuery {
  /** Normalised: literals are `?`. */
  sql: string;
  durationMs: number;
  /** `host:port`. */
  server: string;
  /** Why it went there, as on the diagnostics channel. */
  reason: string;
  /** Route template of the request that asked, if there is one. */
  route: string | undefined;
  /** Undefined when it failed. */
  rowCount: number | null;
  /** Only with `slowQueryValues`. */
  values?: readonly unknown[];
}

/** One line of code that ran the same query for many values. */
export interface RepeatedQuery {
  /** Normalised: literals are `?`. */
  sql: string;
  /** `file:line:column` of the app, if the stack led there. */
  site: string | undefined;
  /** How often this request had run it when it was reported. */
  count: number;
  route: string | undefined;
  /** What to write instead. */
  advice: string;
}
