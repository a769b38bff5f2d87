// A real Redis server for tests and benchmarks, in a folder and on a port of its own.

import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { waitUntil } from "../packages/spillway/test/wait.ts";
import { ChildServer } from "./child-server.ts";
import { freePort } from "./free-port.ts";

const run = promisify(execFile);

export interface RedisOptions {
  /** Settings by their name in redis.conf. Nothing is saved to disk unless they say so. */
  settings?: Readonly<Record<string, string>>;
}

/** Starts a Redis server. `apt-get install redis-server` brings the program. */
export async function startRedis({ settings = {} }: RedisOptions = {}): Promise<RedisNode> {
  const node = new RedisNode(await freePort(), settings);
  await node.start();
  return node;
}

export class RedisNode {
  readonly port: number;
  readonly folder: string = mkdtempSync(join(tmpdir(), "spillway-redis-"));
  readonly #settings: Readonly<Record<string, string>>;
  readonly #child: ChildServer = new ChildServer();

  constructor(port: number, settings: Readonly<Record<string, string>>) {
    this.port = port;
    this.#settings = settings;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Resolves when it answers. What it had saved is there again. */
  async start(): Promise<void> {
    const settings = {
      port: String(this.port),
      bind: "127.0.0.1",
      dir: this.folder,
      save: "",
      ...this.#settings,
    };
    const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
    this.#child.start(["redis-server", ...args]);
    await waitUntil(async () => (await this.#ping()) === "PONG", `Redis on port ${this.port} to answer`);
  }

  /** Ends it in order: it saves, if its settings say so. */
  stop(): Promise<void> {
    return this.#child.end("SIGTERM");
  }

  kill(): Promise<void> {
    return this.#child.end("SIGKILL");
  }

  freeze(): void {
    this.#child.freeze();
  }

  thaw(): void {
    this.#child.thaw();
  }

  /** Runs a command through redis-cli, and returns what it prints. */
  async cli(...args: string[]): Promise<string> {
    const { stdout } = await run("redis-cli", ["-h", "127.0.0.1", "-p", String(this.port), ...args]);
    return stdout.trim();
  }

  /** Ends it and removes its folder. */
  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #ping(): Promise<string> {
    return await this.cli("ping").catch(() => "");
  }
}

/** Three servers that share the slots. */
export async function startRedisCluster(): Promise<RedisNode[]> {
  const settings = { "cluster-enabled": "yes", "cluster-node-timeout": "2000" };
  const nodes = await Promise.all([1, 2, 3].map(() => startRedis({ settings })));
  const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`);
  await run("redis-cli", ["--cluster", "create", ...addresses, "--cluster-yes"]);
  const isWhole = async (node: RedisNode): Promise<boolean> =>
    (await node.cli("cluster", "info")).includes("cluster_state:ok");
  await waitUntil(
    async () => (await Promise.all(nodes.map(isWhole))).every(Boolean),
    "the cluster to have all its slots",
  );
  return nodes;
}
