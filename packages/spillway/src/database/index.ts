// spillway/database: a `pg.Pool` that knows its replicas.

export type { QueryEvent } from "./observe/observer.ts";
export { SpillwayPool } from "./pool.ts";
export { startTailer, type Tailer } from "./tailer/tailer.ts";
export type { TailerOptions } from "./tailer/options.ts";
export type { RowRules, Rule } from "./tailer/rules.ts";
export type { Transaction, TransactionOptions } from "./transaction.ts";
export type { Decision, Reason } from "./routing/choice.ts";
export type { RepeatedQuery, SlowQuery, SpillwayPoolConfig } from "./settings/config.ts";
