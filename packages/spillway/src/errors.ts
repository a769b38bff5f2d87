// The one registry of the library's errors: code, sentence, and what to do next. README.md has a row for
// each. A retired code is never used again.

/** The data each code carries; the message is made from it alone, and none of it is secret. */
export interface ErrorData {
  SPILLWAY_DATABASE_SETTING: { setting: string; found: string; expected: string };
  SPILLWAY_DATABASE_URL: { setting: string; problem: string };
  SPILLWAY_DATABASE_DUPLICATE: { setting: string; other: string; server: string };
  SPILLWAY_DATABASE_UNREACHABLE: { setting: string; server: string; problem: string };
  SPILLWAY_DATABASE_REFUSED: { setting: string; server: string; problem: string };
  SPILLWAY_DATABASE_OTHER_CLUSTER: { setting: string; server: string; primary: string };
  SPILLWAY_DATABASE_REPLICA_IS_PRIMARY: { setting: string; server: string };
  SPILLWAY_DATABASE_NO_PRIMARY: { settings: string; seconds: number };
  SPILLWAY_DATABASE_BUSY: { server: string; max: number; waitedMs: number };
  SPILLWAY_DATABASE_BUDGET: { server: string; instances: number; connections: number };
  SPILLWAY_DATABASE_SESSION_STATEMENT: { statement: string; server: string };
  SPILLWAY_DATABASE_ROLLED_BACK: { server: string };
  SPILLWAY_SECRET_MISSING: { setting: string };
  SPILLWAY_CACHE_SETTING: { setting: string; found: string; expected: string };
  SPILLWAY_CACHE_KEY: { what: string; found: string };
  SPILLWAY_CACHE_LOADER: { key: string };
  SPILLWAY_CACHE_TIMEOUT: { key: string; seconds: number };
  SPILLWAY_CACHE_VALUE: { path: string; found: string };
  SPILLWAY_CACHE_CLIENT: { found: string };
  SPILLWAY_CACHE_URL: { found: string };
  SPILLWAY_CACHE_INVALIDATION: { problem: string };
  SPILLWAY_CACHE_NOT_ANNOUNCED: { problem: string };
  SPILLWAY_CACHE_REDIS: { problem: string; expected: string };
  SPILLWAY_TAILER_SETTING: { setting: string; found: string; expected: string };
  SPILLWAY_TAILER_WAL_LEVEL: { server: string; found: string };
  SPILLWAY_TAILER_RIGHTS: { server: string; problem: string };
  SPILLWAY_TAILER_NO_SLOT: { server: string; setting: string };
  SPILLWAY_TAILER_SLOT: { slot: string; found: string };
  SPILLWAY_TAILER_TABLE: { table: string; problem: string };
  SPILLWAY_TAILER_SYNCHRONOUS: { server: string };
  SPILLWAY_TAILER_FAILED: { server: string; slot: string; problem: string };
  SPILLWAY_STORAGE_SETTING: { setting: string; found: string; expected: string };
  SPILLWAY_STORAGE_PACKAGE: { package: string };
  SPILLWAY_STORAGE_KEY: { what: string; problem: string };
  SPILLWAY_STORAGE_BODY: { found: string };
  SPILLWAY_STORAGE_TYPE: { found: string; expected: string };
  SPILLWAY_STORAGE_TOO_LARGE: { maxBytes: number };
  SPILLWAY_STORAGE_RANGE: { key: string; bytes: number };
  SPILLWAY_STORAGE_UPLOAD: { problem: string };
  SPILLWAY_STORAGE_CREDENTIALS: { server: string; problem: string };
  SPILLWAY_STORAGE_DENIED: { action: string; bucket: string };
  SPILLWAY_STORAGE_BUCKET: { bucket: string; server: string };
  SPILLWAY_STORAGE_UNREACHABLE: { server: string; problem: string };
  SPILLWAY_STORAGE_REFUSED: { action: string; problem: string };
  SPILLWAY_STORAGE_DISK: { directory: string; problem: string };
  SPILLWAY_CDN_SETTING: { setting: string; found: string; expected: string };
  SPILLWAY_CDN_POLICY: { found: string; problem: string; fix: string };
  SPILLWAY_CDN_TAG: { found: string };
  SPILLWAY_CDN_TAGS: { target: string; found: string; expected: string };
  SPILLWAY_CDN_CREDENTIALS: { cdn: string; setting: string; problem: string; left: readonly string[] };
  SPILLWAY_CDN_REFUSED: { cdn: string; problem: string; left: readonly string[] };
  SPILLWAY_CDN_RATE: { cdn: string; retryAfterSeconds: number | undefined; left: readonly string[] };
  SPILLWAY_CDN_UNAVAILABLE: { cdn: string; problem: string; left: readonly string[] };
  SPILLWAY_CDN_PARTIAL: {
    cdn: string;
    problem: string;
    done: number;
    left: readonly string[];
    /** Those of `left` that would be refused again. */
    refused: readonly string[];
    retryAfterSeconds: number | undefined;
  };
  SPILLWAY_CDN_SDK: { problem: string };
}

export type SpillwayErrorCode = keyof ErrorData;

interface Entry<D> {
  /** What was found and what was expected. */
  message: (data: D) => string;
  /** What to do next. */
  hint: (data: D) => string;
}

export const errors: { readonly [C in SpillwayErrorCode]: Entry<ErrorData[C]> } = {
  SPILLWAY_DATABASE_SETTING: {
    message: (d) => `${d.setting} is ${d.found}, expected ${d.expected}`,
    hint: (d) => `Change ${d.setting}, or leave it out for its default.`,
  },
  SPILLWAY_DATABASE_URL: {
    message: (d) => `${d.setting} is not the address of a database: ${d.problem}`,
    hint: () => "Expected postgres://user:password@host:port/database, with special characters as %40.",
  },
  SPILLWAY_DATABASE_DUPLICATE: {
    message: (d) => `${d.setting} and ${d.other} are the same server, ${d.server}`,
    hint: (d) => `Take ${d.setting} out, or give it the address of another server.`,
  },
  SPILLWAY_DATABASE_UNREACHABLE: {
    message: (d) => `${d.server} (${d.setting}) cannot be reached: ${d.problem}`,
    hint: (d) => `See that it runs and that ${d.setting} names its host and port.`,
  },
  SPILLWAY_DATABASE_REFUSED: {
    message: (d) => `${d.server} (${d.setting}) refuses the connection: ${d.problem}`,
    hint: (d) => `Check the user, the password and the database in ${d.setting}.`,
  },
  SPILLWAY_DATABASE_OTHER_CLUSTER: {
    message: (d) =>
      `${d.server} (${d.setting}) belongs to another cluster than ${d.primary}: its system identifier differs`,
    hint: (d) => `Give ${d.setting} the address of a replica of ${d.primary}. Nothing is read from it.`,
  },
  SPILLWAY_DATABASE_REPLICA_IS_PRIMARY: {
    message: (d) => `${d.server} (${d.setting}) is no replica: it is the primary itself`,
    hint: (d) => `Give ${d.setting} the address of a streaming replica, or take it out.`,
  },
  SPILLWAY_DATABASE_NO_PRIMARY: {
    message: (d) => `None of ${d.settings} is a primary that takes writes, for ${d.seconds} s now`,
    hint: () => "Promote a replica or start the primary; it is found without a restart of this process.",
  },
  SPILLWAY_DATABASE_BUSY: {
    message: (d) =>
      `No connection to ${d.server} was free within ${d.waitedMs} ms: all ${d.max} of this process are in use`,
    hint: () =>
      "Look for transactions that wait for something else than the database; raise max only if the server has room.",
  },
  SPILLWAY_DATABASE_BUDGET: {
    message: (d) =>
      `${d.server} has ${d.connections} connections for ${d.instances} instances: less than two for each`,
    hint: () => "Raise max_connections of the server, lower budgetReserve, or run fewer instances.",
  },
  SPILLWAY_DATABASE_SESSION_STATEMENT: {
    message: (d) =>
      `${d.statement} in a READ ONLY transaction on the replica ${d.server} would act there alone`,
    hint: () => "Run it through pool.primary, or before the first read of the transaction.",
  },
  SPILLWAY_DATABASE_ROLLED_BACK: {
    message: (d) => `The transaction on ${d.server} was not committed: a statement in it had failed`,
    hint: () => "Let the error of that statement reach the caller of transaction(), or use a savepoint.",
  },
  SPILLWAY_SECRET_MISSING: {
    message: (d) => `${d.setting} is not set: a causality token cannot be signed`,
    hint: (d) => `Give every instance the same ${d.setting}, at least 16 characters of randomness.`,
  },
  SPILLWAY_CACHE_SETTING: {
    message: (d) => `${d.setting} is ${d.found}, expected ${d.expected}`,
    hint: (d) => `Change ${d.setting}, or leave it out for its default.`,
  },
  SPILLWAY_CACHE_KEY: {
    message: (d) => `A ${d.what} is ${d.found}, expected 1 to 512 characters of text`,
    hint: (d) => `Give the ${d.what} as text; hash what is longer.`,
  },
  SPILLWAY_CACHE_LOADER: {
    message: (d) => `The loader of ${d.key} returned undefined, which cannot be told from a missing value`,
    hint: () => "Return null where there is nothing, or throw.",
  },
  SPILLWAY_CACHE_TIMEOUT: {
    message: (d) => `The loader of ${d.key} did not end within ${d.seconds} s`,
    hint: () =>
      "See what it waits for; its signal is aborted. Raise loadTimeout only if it really needs longer.",
  },
  SPILLWAY_CACHE_VALUE: {
    message: (d) => `The value to cache is not plain data: ${d.path} is ${d.found}`,
    hint: () =>
      "Return objects, arrays, text, numbers, dates, Maps, Sets and Buffers; of an instance of a class, its data.",
  },
  SPILLWAY_CACHE_CLIENT: {
    message: (d) => `The setting redis cannot be used: ${d.found}`,
    hint: () =>
      "Give a client of redis 5 or later, ioredis or iovalkey; or a URL, for which `npm install @redis/client`.",
  },
  SPILLWAY_CACHE_URL: {
    message: (d) => `The address of Redis begins with ${d.found}, expected redis: or rediss:`,
    hint: () => "Expected redis://user:password@host:port, with special characters as %40.",
  },
  SPILLWAY_CACHE_INVALIDATION: {
    message: (d) => `Redis did not take the invalidation: ${d.problem}`,
    hint: () =>
      "Other servers may serve the old value: try again, or invalidate in the transaction that writes.",
  },
  SPILLWAY_CACHE_NOT_ANNOUNCED: {
    message: (d) => `The transaction is committed, and its invalidation was not announced: ${d.problem}`,
    hint: () =>
      "Do not repeat the write. Run a tailer, which announces what Redis could not be told: startTailer.",
  },
  SPILLWAY_CACHE_REDIS: {
    message: (d) => `This Redis cannot be used for a cache: ${d.problem}, expected ${d.expected}`,
    hint: () => "Change the server's settings or the rights of its user, or give another server.",
  },
  SPILLWAY_TAILER_SETTING: {
    message: (d) => `${d.setting} of the tailer is ${d.found}, expected ${d.expected}`,
    hint: (d) => `Change ${d.setting}, or leave it out for its default.`,
  },
  SPILLWAY_TAILER_WAL_LEVEL: {
    message: (d) =>
      `wal_level of ${d.server} is ${d.found}, expected logical: the tailer cannot read its WAL`,
    hint: () => "Set wal_level = logical and start the server again.",
  },
  SPILLWAY_TAILER_RIGHTS: {
    message: (d) => `The role of the tailer may not do on ${d.server} what it has to: ${d.problem}`,
    hint: () =>
      "It needs REPLICATION, CREATE on the database, and to own the tables of the rules: ALTER ROLE … REPLICATION.",
  },
  SPILLWAY_TAILER_NO_SLOT: {
    message: (d) => `${d.server} has no room for the tailer: all of ${d.setting} are in use`,
    hint: (d) => `Raise ${d.setting}, or drop what nobody uses. For its first start the tailer needs two.`,
  },
  SPILLWAY_TAILER_SLOT: {
    message: (d) =>
      `The replication slot ${d.slot} is ${d.found}, expected a logical one of pgoutput for this database`,
    hint: () => "Drop it if nobody needs it, or give the tailer another name with slot.",
  },
  SPILLWAY_TAILER_TABLE: {
    message: (d) => `The table ${d.table}, for which the tailer has a rule, ${d.problem}`,
    hint: () =>
      "Names are as the table was created, with a schema if it is not in search_path: product, shop.Product.",
  },
  SPILLWAY_TAILER_SYNCHRONOUS: {
    message: (d) => `synchronous_standby_names of ${d.server} counts the tailer as a standby`,
    hint: () => "Name the standbys in it instead of *: commits would wait for the tailer, and it for them.",
  },
  SPILLWAY_TAILER_FAILED: {
    message: (d) => `The tailer cannot follow the slot ${d.slot} of ${d.server}: ${d.problem}`,
    hint: () =>
      "It is tried again every second. If it stays so, drop the slot: a new one is made, and all caches are emptied.",
  },
  SPILLWAY_STORAGE_SETTING: {
    message: (d) => `${d.setting} of storage is ${d.found}, expected ${d.expected}`,
    hint: (d) => `Change ${d.setting}, or leave it out for its default.`,
  },
  SPILLWAY_STORAGE_PACKAGE: {
    message: (d) => `The package ${d.package} cannot be loaded, and storage in S3 needs it`,
    hint: (d) => `npm install ${d.package}`,
  },
  SPILLWAY_STORAGE_KEY: {
    message: (d) => `A ${d.what} ${d.problem}`,
    hint: () => "Give segments with a slash between two, as in pictures/2026, without what could climb out.",
  },
  SPILLWAY_STORAGE_BODY: {
    message: (d) => `What is to be stored is ${d.found}`,
    hint: () => "Give bytes, text, a Blob, or a stream or async iterable of bytes or text.",
  },
  SPILLWAY_STORAGE_TYPE: {
    message: (d) => `The bytes are ${d.found}, expected ${d.expected}`,
    hint: () =>
      "Refuse the file, or list its type in types. What counts is what the bytes are, not what they are called.",
  },
  SPILLWAY_STORAGE_TOO_LARGE: {
    message: (d) => `The body is larger than ${d.maxBytes} bytes`,
    hint: () => "Refuse the file, or raise maxBytes.",
  },
  SPILLWAY_STORAGE_RANGE: {
    message: (d) => `The part that was asked for is none of the ${d.bytes} bytes of ${d.key}`,
    hint: () => "Ask head for the length first; answer a browser with respond, which says 416.",
  },
  SPILLWAY_STORAGE_UPLOAD: {
    message: (d) => `There is no such upload: ${d.problem}`,
    hint: () => "Accept once the browser has its answer from S3; otherwise have it ask for a new form.",
  },
  SPILLWAY_STORAGE_CREDENTIALS: {
    message: (d) => `The credentials for ${d.server} cannot be used: ${d.problem}`,
    hint: () => "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give the machine a role.",
  },
  SPILLWAY_STORAGE_DENIED: {
    message: (d) => `The credentials may not do ${d.action} in the bucket ${d.bucket}`,
    hint: (d) =>
      `Allow ${d.action}, and s3:ListBucket: without it a key that is not there is answered with the same refusal.`,
  },
  SPILLWAY_STORAGE_BUCKET: {
    message: (d) => `${d.server} has no bucket ${d.bucket}`,
    hint: () => "Create it, or correct bucket (S3_BUCKET), region or endpoint.",
  },
  SPILLWAY_STORAGE_UNREACHABLE: {
    message: (d) => `${d.server} cannot be reached: ${d.problem}`,
    hint: () => "See that it runs and that endpoint (AWS_ENDPOINT_URL_S3) or region names it; try again.",
  },
  SPILLWAY_STORAGE_REFUSED: {
    message: (d) => `Storage refuses ${d.action}: ${d.problem}`,
    hint: () => "See what the server supports, and that region and endpoint belong to the bucket.",
  },
  SPILLWAY_STORAGE_DISK: {
    message: (d) => `Storage in ${d.directory} fails: ${d.problem}`,
    hint: () => "See that the folder can be written to and that its disk has room.",
  },
  SPILLWAY_CDN_SETTING: {
    message: (d) => `${d.setting} is ${d.found}, expected ${d.expected}`,
    hint: (d) => `Change ${d.setting}, or leave it out for its default.`,
  },
  SPILLWAY_CDN_POLICY: {
    message: (d) => `A cache policy contradicts itself: ${d.found}, but ${d.problem}`,
    hint: (d) => d.fix,
  },
  SPILLWAY_CDN_TAG: {
    message: (d) => `A tag is ${d.found}, expected text of at least one character`,
    hint: () => "Give the tags as the cache has them: any characters will do.",
  },
  SPILLWAY_CDN_TAGS: {
    message: (d) => `The tags of a response are ${d.found}, expected ${d.expected} for ${d.target}`,
    hint: () =>
      "What is beyond that is not stored with the page, and its purge would miss it: give one tag for the whole list, or leave edge out.",
  },
  SPILLWAY_CDN_CREDENTIALS: {
    message: (d) => `${d.cdn} does not accept the credentials: ${d.problem}`,
    hint: (d) =>
      `Check ${d.setting} and that it has the right to purge. It is not tried again: ${unpurged(d.left)}.`,
  },
  SPILLWAY_CDN_REFUSED: {
    message: (d) => `${d.cdn} refuses the purge: ${d.problem}`,
    hint: (d) =>
      `The same request would be refused again: see that the settings name what exists. ${unpurged(d.left)}.`,
  },
  SPILLWAY_CDN_RATE: {
    message: (d) =>
      `${d.cdn} takes no more purges for now${d.retryAfterSeconds === undefined ? "" : `, for ${d.retryAfterSeconds} s`}`,
    hint: (d) => `Try again after that; purge fewer tags, or ask for a higher limit. ${unpurged(d.left)}.`,
  },
  SPILLWAY_CDN_UNAVAILABLE: {
    message: (d) => `${d.cdn} did not accept the purge: ${d.problem}`,
    hint: (d) => `Try again: to purge twice does no harm. ${unpurged(d.left)}.`,
  },
  SPILLWAY_CDN_PARTIAL: {
    message: (d) => `${d.cdn} accepted ${d.done} of ${d.done + d.left.length} tags: ${d.problem}`,
    hint: (d) => `Try the others again; they are in data.left. ${unpurged(d.left)}.`,
  },
  SPILLWAY_CDN_SDK: {
    message: (d) => `The driver for CloudFront cannot be loaded: ${d.problem}`,
    hint: () => "npm install @aws-sdk/client-cloudfront",
  },
};

function unpurged(left: readonly string[]): string {
  if (left.length === 0) return "Nothing was purged";
  const shown = left.slice(0, 5).join(", ");
  return `Not purged: ${shown}${left.length > 5 ? ` and ${left.length - 5} more` : ""}`;
}

const mark = Symbol.for("spillway.error");

/**
 * An error that a user can act on. Safe to print: it holds no secret and no
 * parameter. `instanceof` holds over two copies of this library in one process.
 */
export class SpillwayError<C extends SpillwayErrorCode = SpillwayErrorCode> extends Error {
  readonly code: C;
  /** What to do next. */
  readonly hint: string;
  readonly data: ErrorData[C];

  constructor(code: C, data: ErrorData[C], options?: ErrorOptions) {
    const { message, hint } = errors[code];
    super(`${message(data)}. ${hint(data)}`, options);
    this.name = "SpillwayError";
    this.code = code;
    this.hint = hint(data);
    this.data = data;
    Object.defineProperty(this, mark, { value: true });
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === "object" && value !== null && mark in value;
  }
}
