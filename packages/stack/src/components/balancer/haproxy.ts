// The default balancer: HAProxy. Membership changes go through its runtime API, so nothing is ever reloaded.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { haproxyConf, haproxyVersions } from "../../render/haproxy.ts";
import { balancerHealthPath } from "../../render/paths.ts";
import { type Routes, backendOf, versionsMap } from "../../render/versions.ts";
import { groups, nodeNamed, nodesOf } from "../../topology/topology.ts";
import type { StackContext } from "../context.ts";
import { askHttp } from "../probe.ts";
import { program } from "../programs.ts";
import type { Balancer } from "./balancer.ts";
import { runtimeCommand } from "./runtime-api.ts";

type ServerState = "ready" | "drain" | "maint";

export function haproxyBalancer({ folder, runtime, settings, topology }: StackContext): Balancer {
  const name = "balancer";
  const home = folder.of(name);
  const file = join(home, "haproxy.cfg");
  const socket = join(runtime, "haproxy.sock");
  const port = nodeNamed(topology, name).ports["main"]!;
  /** The truth; HAProxy is told of it, and told again after each of its starts. */
  const states = new Map<string, ServerState>(nodesOf(topology, "app").map((node) => [node.name, "maint"]));
  let routes: Routes = { current: groups[0], versions: {} };
  /** A map has one change under way at a time. */
  let routed: Promise<void> = Promise.resolve();

  const tell = async (server: string, state: ServerState): Promise<void> => {
    const backend = backendOf(nodeNamed(topology, server).group!);
    await runtimeCommand(socket, `set server ${backend}/${server} state ${state}`);
  };
  const change = async (server: string, state: ServerState): Promise<void> => {
    states.set(server, state);
    await unlessAway(tell(server, state));
  };

  return {
    name,
    role: "balancer",
    port,
    startTimeoutMs: 30_000,
    // SIGUSR1 is its soft stop: no new connections, those that are open finish (HAProxy management guide, 4).
    stop: { signal: "SIGUSR1", to: "leader", timeoutMs: settings.app.drainTimeoutMs },
    health: { intervalMs: 1_000, timeoutMs: 2_000, replaceAfterSilentMs: 5_000 },
    permanentFailures: [/\[ALERT\].*(?:parsing|config|cannot bind socket|Address already in use)/i],

    async prepare() {
      mkdirSync(home, { recursive: true });
      const open = new Set([...states].filter(([, state]) => state === "ready").map(([server]) => server));
      writeFileSync(file, haproxyConf({ settings, topology, socket, open }));
      writeFileSync(join(home, haproxyVersions), versionsMap(routes));
    },
    command: () => ({ file: program("haproxy"), args: ["-db", "-f", file], cwd: home }),
    probe: (timeoutMs) => askHttp({ port, path: balancerHealthPath, timeoutMs }),
    async afterStart() {
      for (const [server, state] of states) await tell(server, state);
      await replaceMap(socket, versionsMap(routes));
    },

    admit: (server) => change(server, "ready"),
    drain: (server) => change(server, "drain"),
    close: (server) => change(server, "maint"),
    route(asked) {
      routes = asked;
      routed = routed.catch(() => undefined).then(() => unlessAway(replaceMap(socket, versionsMap(routes))));
      return routed;
    },
  };
}

/** While HAProxy itself is away there is nobody to tell; `afterStart` does it then. */
async function unlessAway(told: Promise<void>): Promise<void> {
  await told.catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT" && error.code !== "ECONNREFUSED" && error.code !== "ECONNRESET") throw error;
  });
}

/** All entries at one moment (HAProxy management guide, "prepare map" and "commit map"). */
async function replaceMap(socket: string, entries: string): Promise<void> {
  const prepared = await runtimeCommand(socket, `prepare map ${haproxyVersions}`);
  const version = /\d+/.exec(prepared)?.[0];
  await runtimeCommand(socket, `add map @${version} ${haproxyVersions} <<\n${entries}`);
  await runtimeCommand(socket, `commit map @${version} ${haproxyVersions}`);
}
