// spillway/database: a `pg.Pool` that knows its replicas.

export type { QueryEvent } from "./observe/observer.ts";
export type { RepeatedQuery } from "./observe/repeats.ts";
export type { SlowQuery } from "./observe/slow-log.ts";
export { SpillwayPool } from "./pool.ts";
export type { Decision, Reason } from "./routing/choice.ts";
export type { SpillwayPoolConfig } from "./settings.ts";
