// Every warning this library can give. It never throws into the app it was loaded beside.

/**
 * Code and meaning of each warning. README.md explains each under its code.
 * A retired code is never used again.
 */
export const warnings = {
  SPILLWAY_SETTING_INVALID: "a setting is unusable, its default is used",
  SPILLWAY_REGISTER_FAILED: "the library could not attach itself, the app runs without it",
  SPILLWAY_PRIVATE_PORT_UNAVAILABLE: "the private server could not listen, the app runs without it",
  SPILLWAY_METRICS_UNAVAILABLE: "metrics could not be loaded, /metrics answers 503",
  SPILLWAY_DRAIN_HOOK_FAILED: "a function given to onDrain failed, the drain goes on",
  SPILLWAY_DATABASE_SERVER_UNUSABLE: "a server of the database is left out",
  SPILLWAY_DATABASE_BUDGET: "a database has too few connections for the instances on it",
  SPILLWAY_DATABASE_REPEATED_QUERY: "one request ran the same query again and again",
  SPILLWAY_CACHE_UNUSABLE: "Redis is passed by, every read loads",
  SPILLWAY_SECRET_MISSING: "writers may read old data on their next request",
  SPILLWAY_TAILER_UNUSABLE: "the write-ahead log is not followed from here",
  SPILLWAY_TAILER_RULE: "the tags of a changed row are not known, everything cached was invalidated",
  SPILLWAY_TAILER_MESSAGE: "a message in the write-ahead log is not known, everything cached was invalidated",
  SPILLWAY_TAILER_WAL_UNBOUNDED: "a tailer that is away can fill the disk of the database",
  SPILLWAY_EDGE_UNUSABLE:
    "an edge or a CDN takes no purges; an edge of ours passes what they could end to the app",
  SPILLWAY_NEXT_SETTING: "a setting of the Next.js app is in the way of many servers",
  SPILLWAY_DRAIN_CUT: "the drain reached its bound, what was left was cut",
} as const;

export type WarningCode = keyof typeof warnings;

/** Prints `code`, its meaning and what was found. Does not throw. */
export function warn(code: WarningCode, found: string): void {
  process.emitWarning(`${warnings[code]}: ${found}`, { type: "SpillwayWarning", code });
}

/** The text of whatever was thrown. */
export function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
