// The purger: one process for all edges. While it is away, they pass what could be purged.

import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { nodeNamed, nodesOf } from "../../topology/topology.ts";
import type { Command } from "../../process/command.ts";
import type { Component } from "../component.ts";
import type { StackContext } from "../context.ts";
import { askHttp } from "../probe.ts";
import { varnishFolder } from "../varnish.ts";

export interface PurgedEdge {
  name: string;
  /** Of its control address. */
  port: number;
  /** Where Varnish keeps its counters. */
  work: string;
}

export function purgerComponent(context: StackContext): Component {
  const { folder, topology, secrets } = context;
  const name = "purger";
  const home = folder.of(name);
  const port = nodeNamed(topology, name).ports["main"]!;
  const edges = nodesOf(topology, "edge").map((edge): PurgedEdge => ({
    name: edge.name,
    port: edge.ports["control"]!,
    work: varnishFolder(context, edge.name),
  }));

  return {
    name,
    role: "purger",
    port,
    startTimeoutMs: 30_000,
    stop: { signal: "SIGTERM", to: "leader", timeoutMs: 5_000 },
    health: { intervalMs: 1_000, timeoutMs: 1_000, replaceAfterSilentMs: 3_000 },
    permanentFailures: [/ERR_MODULE_NOT_FOUND|Cannot find (?:module|package)/, /EADDRINUSE/],

    async prepare() {
      mkdirSync(home, { recursive: true, mode: 0o700 });
    },

    command(): Command {
      const extension = import.meta.url.slice(import.meta.url.lastIndexOf("."));
      const cache = nodeNamed(topology, "cache").ports["main"]!;
      return {
        file: process.execPath,
        args: [fileURLToPath(new URL(`main${extension}`, import.meta.url))],
        cwd: home,
        env: {
          PORT: String(port),
          EDGES: JSON.stringify(edges),
          PURGE_SECRET: secrets.purge,
          REDIS_URL: `redis://:${secrets.redis}@127.0.0.1:${cache}`,
          SPILLWAY_SECRET: secrets.token,
        },
      };
    },

    probe: (timeoutMs) => askHttp({ port, timeoutMs, path: "/ready", serves: (status) => status === 200 }),
  };
}
