// The settings of a pool: checked, and filled up with their defaults.

import type { PoolConfig } from "pg";
import { SpillwayError } from "../../errors.ts";
import { type ServerAddress, serverAddresses } from "./address.ts";
import type { RepeatedQuery, SlowQuery, SpillwayPoolConfig } from "./config.ts";

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
  const { repeatedQueryLimit: limit } = filled;
  if (limit > 0 && limit < 3) throw invalid("repeatedQueryLimit", limit, "0, or at least 3");
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
