// A real PostgreSQL primary with streaming replicas, for tests and benchmarks, in about two seconds.

import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { waitUntil } from "../packages/spillway/test/wait.ts";
import { scramVerifier } from "../packages/stack/src/components/postgres/scram.ts";
import { findPorts } from "../packages/stack/src/supervisor/ports.ts";
import { type PostgresHome, makeData, makeHome } from "./postgres-home.ts";
import { PostgresNode } from "./postgres-node.ts";

const watchdog = fileURLToPath(new URL("watchdog.ts", import.meta.url));

export interface ClusterOptions {
  /** Default 2. */
  replicas?: number;
  /** Settings of every server, by their name in postgresql.conf. */
  settings?: Readonly<Record<string, string>>;
}

export type { PostgresNode };

/**
 * Starts a primary and its replicas, on ports and in a folder of their own.
 *
 * ```ts
 * const cluster = await startCluster({ replicas: 2 });
 * await cluster.primary.query("CREATE TABLE note (id int)");
 * await cluster.replicas[0]!.pauseReplay();
 * await cluster.stop();
 * ```
 */
export async function startCluster({ replicas = 2, settings = {} }: ClusterOptions = {}): Promise<Cluster> {
  const names = ["primary", ...Array.from({ length: replicas }, (_, index) => `replica-${index + 1}`)];
  const ports = await findPorts(
    names.map((key) => ({ key, setting: key, host: "127.0.0.1" })),
    {},
  );
  // Letters and digits only: it goes into URLs and config files.
  const home = makeHome(randomBytes(8).toString("hex"));
  // In a session of its own: what ends the whole group of this process must leave it alive.
  const guard = spawn(process.execPath, [watchdog, home.folder], {
    stdio: ["pipe", "ignore", "inherit"],
    detached: true,
  });
  guard.unref();
  const primary = new PostgresNode({ home, settings, name: "primary", port: ports["primary"]! });
  const followers = names
    .slice(1)
    .map((name) => new PostgresNode({ home, settings, name, port: ports[name]!, upstream: primary }));
  const cluster = new Cluster({ primary, replicas: followers, home, guard });
  try {
    await cluster.start();
    return cluster;
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

interface ClusterParts {
  primary: PostgresNode;
  replicas: PostgresNode[];
  home: PostgresHome;
  guard: ChildProcess;
}

export class Cluster {
  /** The one that was it at the start: after a promotion, ask the nodes. */
  readonly primary: PostgresNode;
  readonly replicas: readonly PostgresNode[];
  /** Everything of the cluster lies below it. */
  readonly folder: string;
  readonly #home: PostgresHome;
  readonly #guard: ChildProcess;

  constructor({ primary, replicas, home, guard }: ClusterParts) {
    this.primary = primary;
    this.replicas = replicas;
    this.folder = home.folder;
    this.#home = home;
    this.#guard = guard;
  }

  get nodes(): readonly PostgresNode[] {
    return [this.primary, ...this.replicas];
  }

  /** Called by `startCluster`. */
  async start(): Promise<void> {
    const names = this.nodes.map(({ name }) => name);
    await makeData(this.#home, names);
    await this.primary.start();
    await this.primary.makeSlots(names.slice(1));
    await Promise.all([this.#makeRoles(), ...this.replicas.map((replica) => replica.start())]);
    await this.waitForCatchup();
  }

  /** Resolves when the running replicas have replayed all that `upstream` has written until now. */
  async waitForCatchup(upstream: PostgresNode = this.primary): Promise<void> {
    const { rows } = await upstream.query<{ written: string }>("SELECT pg_current_wal_lsn() AS written");
    const behind = this.nodes.filter((node) => node.isRunning && node !== upstream);
    const reached = "SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn AS reached";
    const ask = async (node: PostgresNode): Promise<boolean> =>
      (await node.query<{ reached: boolean }>(reached, [rows[0]!.written])).rows[0]!.reached;
    await Promise.all(
      behind.map((node) => waitUntil(() => ask(node), `${node.name} to catch up with ${upstream.name}`)),
    );
  }

  /** Ends every server and removes their folder. */
  async stop(): Promise<void> {
    if (this.#guard.exitCode !== null) return;
    try {
      await Promise.all(this.nodes.map((node) => node.stop("immediate")));
    } finally {
      this.#guard.ref();
      const ended = once(this.#guard, "exit");
      this.#guard.stdin!.end();
      await ended;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #makeRoles(): Promise<void> {
    const verifier = scramVerifier(this.#home.password);
    await this.primary.run("postgres", [
      `CREATE ROLE replicator LOGIN REPLICATION PASSWORD '${verifier}'`,
      `CREATE ROLE app LOGIN PASSWORD '${verifier}' IN ROLE pg_monitor`,
      `CREATE ROLE plain LOGIN PASSWORD '${verifier}'`,
      "CREATE DATABASE app OWNER app",
    ]);
    // Since PostgreSQL 15 the public schema is closed to all but its owner.
    await this.primary.run("app", ["GRANT ALL ON SCHEMA public TO plain"]);
  }
}
