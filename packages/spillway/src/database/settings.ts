// What a pool can be told, its defaults, and where they come from when it is told nothing.

import type { PoolConfig } from "pg";
import { SpillwayError } from "../errors.ts";
import type { SlowQuery } from "./observe/slow-log.ts";
import type { RepeatedQuery } from "./observe/repeats.ts";
import { type ServerAddress, serverAddresses } from "./servers/address.ts";

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
   * Report a statement that one request ran this often from the same line. Default 10; 0 reports none.
   */
  repeatedQueryLimit?: number;
  /** Called once for each such line. Default: a warning with the line and the query to write instead. */
  onRepeatedQuery?: (query: RepeatedQuery) => void;
}

type Numbers = {
  [K in "max" | "idleTimeoutMillis" | "connectionTimeoutMillis" | "maxLifetimeSeconds"]: number;
} & {
  [
    K in
      | "maxLagMs"
      | "maxLagBytes"
      | "replicaWaitMs"
      | "failoverTimeoutMs"
      | "budgetReserve"
      | "slowQueryMs"
      | "repeatedQueryLimit"
  ]: number;
};

const numbers: Numbers = {
  max: 20,
  idleTimeoutMillis: 30_000,
  connectionTimeoutMillis: 2_000,
  maxLifetimeSeconds: 1_800,
  maxLagMs: 5_000,
  maxLagBytes: 16 * 2 ** 20,
  replicaWaitMs: 0,
  failoverTimeoutMs: 5_000,
  budgetReserve: 10,
  slowQueryMs: 1_000,
  repeatedQueryLimit: 10,
};

export interface DatabaseSettings extends Numbers {
  name: string;
  /** The configured primary first, then the replicas. */
  addresses: readonly ServerAddress[];
  namedStatements: boolean;
  pipelineReads: boolean;
  fallbackReads: number;
  budget: boolean;
  slowQueryValues: boolean;
  onSlowQuery: ((query: SlowQuery) => void) | undefined;
  onRepeatedQuery: ((query: RepeatedQuery) => void) | undefined;
  /** What each connection is made with, but its address. */
  connection: PoolConfig;
}

/** Checks `config` and fills it up. Throws SPILLWAY_DATABASE_SETTING, _URL and _DUPLICATE. */
export function databaseSettings(config: SpillwayPoolConfig): DatabaseSettings {
  refuseUnknown(config);
  const filled = Object.fromEntries(
    Object.entries(numbers).map(([key, fallback]) => [
      key,
      wholeNumber(config, key as keyof Numbers, fallback),
    ]),
  ) as Numbers;
  if (filled.max === 0) throw invalid("max", 0, "at least 1");
  return {
    ...filled,
    name: nameOf(config),
    addresses: serverAddresses(config),
    namedStatements: config.namedStatements ?? true,
    pipelineReads: config.pipelineReads ?? false,
    fallbackReads: wholeNumber(config, "fallbackReads", 0) || Math.max(1, Math.floor(filled.max / 2)),
    budget: config.budget ?? true,
    slowQueryValues: config.slowQueryValues ?? false,
    onSlowQuery: config.onSlowQuery,
    onRepeatedQuery: config.onRepeatedQuery,
    connection: connectionConfig(config, filled),
  };
}

/** Settings of this pool that are not for a connection. */
const forPool: readonly string[] = [
  ...Object.keys(numbers),
  "connectionString",
  "host",
  "port",
  "user",
  "password",
  "database",
  "replicas",
  "name",
  "namedStatements",
  "pipelineReads",
  "fallbackReads",
  "budget",
  "onSlowQuery",
  "slowQueryValues",
  "onRepeatedQuery",
];

/** Settings that are handed on to `pg` as they are. */
const forDriver: readonly string[] = [
  "allowExitOnIdle",
  "application_name",
  "binary",
  "client_encoding",
  "enableChannelBinding",
  "fallback_application_name",
  "idle_in_transaction_session_timeout",
  "keepAlive",
  "keepAliveInitialDelayMillis",
  "lock_timeout",
  "maxUses",
  "onConnect",
  "options",
  "query_timeout",
  "scramMaxIterations",
  "ssl",
  "sslnegotiation",
  "statement_timeout",
  "stream",
  "types",
  "verify",
];

/** A misspelt setting must not be one that is silently its default. */
function refuseUnknown(config: SpillwayPoolConfig): void {
  const unknown = Object.keys(config).find((key) => !forPool.includes(key) && !forDriver.includes(key));
  if (unknown === undefined) return;
  const known = [...forPool, ...forDriver].toSorted().join(", ");
  throw new SpillwayError("SPILLWAY_DATABASE_SETTING", {
    setting: unknown,
    found: "unknown",
    expected: `one of ${known}`,
  });
}

function connectionConfig(config: SpillwayPoolConfig, filled: Numbers): PoolConfig {
  const rest = Object.fromEntries(
    Object.entries(config).filter(([key]) => forDriver.includes(key)),
  ) as PoolConfig;
  const { max, idleTimeoutMillis, connectionTimeoutMillis } = filled;
  return {
    statement_timeout: 30_000,
    keepAlive: true,
    ...rest,
    max,
    idleTimeoutMillis,
    connectionTimeoutMillis,
  };
}

function wholeNumber(config: SpillwayPoolConfig, key: keyof SpillwayPoolConfig, fallback: number): number {
  const value = config[key] ?? fallback;
  if (typeof value === "number" && Number.isInteger(value) && value >= 0) return value;
  throw invalid(key, value, "a whole number from 0");
}

function nameOf({ name = "main" }: SpillwayPoolConfig): string {
  if (/^[a-z0-9_-]{1,32}$/i.test(name)) return name;
  throw invalid("name", name, "1 to 32 letters, digits, - or _");
}

function invalid(setting: string, value: unknown, expected: string): SpillwayError {
  const found = typeof value === "string" ? JSON.stringify(value) : String(value);
  return new SpillwayError("SPILLWAY_DATABASE_SETTING", { setting, found, expected });
}
