// The second balancer: nginx. It has no runtime API; a fixed set of slots makes one unnecessary. A server
// that listens is in, one that refuses connections is out, and a drained one closes its listener first.

import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nginxConf } from "../../render/nginx.ts";
import { balancerHealthPath } from "../../render/paths.ts";
import { type Routes, versionFiles } from "../../render/versions.ts";
import { isRoot } from "../../state/folder.ts";
import { groups, nodeNamed } from "../../topology/topology.ts";
import type { StackContext } from "../context.ts";
import { askHttp } from "../probe.ts";
import { program } from "../programs.ts";
import type { Balancer } from "./balancer.ts";

export function nginxBalancer({ folder, settings, topology }: StackContext): Balancer {
  const name = "balancer";
  const home = folder.of(name);
  const file = join(home, "nginx.conf");
  const port = nodeNamed(topology, name).ports["main"]!;
  const versions = join(home, "versions");
  let routes: Routes = { current: groups[0], versions: {} };
  const nothing = async (): Promise<void> => undefined;

  return {
    name,
    role: "balancer",
    port,
    startTimeoutMs: 30_000,
    // SIGQUIT is its graceful stop (nginx(8), SIGNALS).
    stop: { signal: "SIGQUIT", to: "leader", timeoutMs: settings.app.drainTimeoutMs },
    health: { intervalMs: 1_000, timeoutMs: 2_000, replaceAfterSilentMs: 5_000 },
    permanentFailures: [/\[emerg\]/],

    async prepare() {
      const scratch = join(home, "scratch");
      mkdirSync(scratch, { recursive: true });
      for (const group of groups) mkdirSync(join(versions, group), { recursive: true });
      placeFiles(versions, versionFiles(routes));
      writeFileSync(file, nginxConf({ settings, topology, scratch, versions, asRoot: isRoot }));
    },
    // Its built-in error log lies in /var/log, which a normal user may not write.
    command: () => ({ file: program("nginx"), args: ["-e", "stderr", "-p", home, "-c", file], cwd: home }),
    probe: (timeoutMs) => askHttp({ port, path: balancerHealthPath, timeoutMs }),

    admit: nothing,
    drain: nothing,
    close: nothing,
    async route(asked) {
      routes = asked;
      placeFiles(versions, versionFiles(routes));
    },
  };
}

/** First what is new, then away with the rest: in between no version is without a place. */
function placeFiles(folder: string, wanted: ReadonlySet<string>): void {
  for (const name of wanted) writeFileSync(join(folder, name), "");
  for (const group of groups) {
    for (const name of readdirSync(join(folder, group))) {
      if (!wanted.has(`${group}/${name}`)) rmSync(join(folder, group, name));
    }
  }
}
