// The public shape of spillway.config.ts. Every key is optional: defaults.ts holds what is left out.

/** The balancers that can stand between the edges and the servers. */
export const balancerEngines: readonly ["haproxy", "nginx"] = ["haproxy", "nginx"];
export type BalancerEngine = (typeof balancerEngines)[number];

/**
 * Redis's own names for what to drop when memory is full
 * ({@link https://redis.io/docs/latest/develop/reference/eviction/ | Redis eviction}).
 */
export const evictionPolicies: readonly [
  "noeviction",
  "volatile-lru",
  "volatile-lfu",
  "volatile-ttl",
  "volatile-random",
] = ["noeviction", "volatile-lru", "volatile-lfu", "volatile-ttl", "volatile-random"];
export type EvictionPolicy = (typeof evictionPolicies)[number];

export interface StackConfig {
  /** Shown by every command. Default: the name in package.json, else the folder's name. */
  name?: string;
  app?: AppConfig;
  edge?: EdgeConfig;
  balancer?: BalancerConfig;
  database?: DatabaseConfig;
  cache?: CacheConfig;
  storage?: StorageConfig;
}

export interface AppConfig {
  /**
   * The command that starts one server; it must listen on `PORT`. Run by `sh` with the app's
   * `node_modules/.bin` on the path. Default: `next start` (or the standalone server) for Next.js, else the
   * `start` script of package.json.
   */
  start?: string;
  /**
   * The command that builds the app, run when its sources changed since the last build; `false` never
   * builds. Default: the `build` script for Next.js, nothing otherwise.
   */
  build?: string | false;
  /**
   * Commands run one after the other once database, cache and storage serve, and before the first server
   * starts: migrations, seeding. They must be cheap when there is nothing to do, since every `up` runs them.
   * A line `label 42%` on their output is drawn as a progress bar. Default: none.
   */
  release?: string[];
  /** Servers to run. Default 3. Each costs its memory, and its own pool of database connections. */
  instances?: number;
  /**
   * The most servers `scale` may ask for, 1 to 64. Default 8. The balancer holds one slot for each; nginx
   * asks an empty slot about once a second.
   */
  maxInstances?: number;
  /** How long a server may take from start to its first answer. Default 60000. */
  startTimeoutMs?: number;
  /**
   * How long requests in flight may take to finish when a server stops. Default 30000. Lower makes `down`
   * quicker under load and cuts long responses; higher lets slow ones finish.
   */
  drainTimeoutMs?: number;
  /**
   * How long after a deploy one server of the version before goes on answering what its pages ask for: their data and
   * their Server Actions. Default 600000, ten minutes. More spares visitors with old pages a reload, and keeps that
   * server's memory so much longer; 0 ends all of them at once. Next.js only, whose pages name their version.
   */
  previousVersionMs?: number;
  health?: HealthConfig;
  /** More environment variables for the servers, the build and the release commands. */
  env?: Record<string, string>;
}

export interface HealthConfig {
  /**
   * The path asked of every server, through its own serving port; any status below 500 is healthy. Default:
   * a health route found in a Next.js app (`/api/healthz`, `/api/health`), else `/`. Choose one that is
   * cheap and touches no shared dependency: when the database blinks, no server should be taken out.
   */
  path?: string;
  /** Time between two questions. Default 500. Lower finds a hung server sooner and asks more often. */
  intervalMs?: number;
  /** How long one answer may take. Default 750. A path slower than this is never healthy. */
  timeoutMs?: number;
}

export interface EdgeConfig {
  /** Varnish caches in front of the balancer. Default 2. */
  instances?: number;
  /** The address they listen on. Default 127.0.0.1; `0.0.0.0` opens the shop to the network. */
  host?: string;
  /**
   * The port of the first edge; the others follow. Left out: 8080, or the next free one. Given: exactly this
   * one, or an error that says who has it.
   */
  port?: number;
  /** Memory for cached responses, per edge, in mebibytes. Default 64. */
  memoryMb?: number;
}

export interface BalancerConfig {
  /** Default `haproxy`. */
  engine?: BalancerEngine;
  /** Default: any free port. */
  port?: number;
  /**
   * Requests one server is given at a time; more wait in HAProxy's queue, where a freed server takes them.
   * Default 256. HAProxy only.
   */
  maxRequestsPerInstance?: number;
}

export interface DatabaseConfig {
  /** Streaming replicas. Default 2. */
  replicas?: number;
  /** The primary's port. Default: any free port. */
  port?: number;
  /** PostgreSQL `max_connections`. Default 100. Each one costs about 10 MB when busy. */
  maxConnections?: number;
  /** PostgreSQL `shared_buffers`, in mebibytes. Default 128. */
  sharedBuffersMb?: number;
  /**
   * WAL kept for a replica that fell behind, in mebibytes (`max_slot_wal_keep_size`). Default 1024. Past it
   * the replica is rebuilt; higher costs disk, without it a forgotten replica fills the disk.
   */
  maxSlotWalKeepMb?: number;
}

export interface CacheConfig {
  /** Redis `maxmemory`, in mebibytes. Default 256. */
  memoryMb?: number;
  /**
   * What Redis drops when memory is full. Default `volatile-lru`: only keys with a time to live, least
   * recently used first. The `allkeys` policies are not offered: they may drop what must never be lost.
   */
  evictionPolicy?: EvictionPolicy;
  /** Default: any free port. */
  port?: number;
}

export interface StorageConfig {
  /** The bucket made for the app, in `S3_BUCKET`. Default `app`. */
  bucket?: string;
  /** Default: any free port. */
  port?: number;
}
