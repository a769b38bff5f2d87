// One of the N servers: the user's app, as Next.js or as whatever its start script runs.

import { createRequire } from "node:module";
import { join } from "node:path";
import { appEnvironment, serverEnvironment } from "../../topology/environment.ts";
import { groups, nodeNamed } from "../../topology/topology.ts";
import type { Component, ProbeResult } from "../component.ts";
import type { Command } from "../../process/command.ts";
import type { StackFolder } from "../../state/folder.ts";
import type { StackContext } from "../context.ts";
import { askHttp } from "../probe.ts";
import { commandEnvironment } from "./environment.ts";
import { nextServerEnvironment } from "./next.ts";
import { standaloneServer } from "./standalone.ts";
import type { Version } from "./version.ts";

const localhost = "127.0.0.1";
/** After it was asked to stop, a server bounds itself; this is for one that does not. */
const stopGraceMs = 5_000;

export function appComponent(context: StackContext, name: string): Component {
  const { folder, topology, settings, secrets } = context;
  const { ports, group = groups[0] } = nodeNamed(topology, name);
  const port = ports["main"]!;
  const { health, drainTimeoutMs, startTimeoutMs } = settings.app;
  // nginx has no way to look after a hung server; HAProxy's own checks leave time to see whether it wakes.
  const replaceAfterSilentMs = settings.balancer.engine === "nginx" ? 1 : 10_000;

  return {
    name,
    role: "app",
    port,
    startTimeoutMs,
    stop: { signal: "SIGTERM", to: "group", timeoutMs: drainTimeoutMs + stopGraceMs },
    health: { intervalMs: health.intervalMs, timeoutMs: health.timeoutMs, replaceAfterSilentMs },
    permanentFailures: [
      /ERR_MODULE_NOT_FOUND|MODULE_NOT_FOUND|Cannot find (?:module|package)/,
      /EADDRINUSE/,
      /^\s*SyntaxError:/m,
      /^(?:\/bin\/)?sh: \d+: .*: not found/m,
    ],

    async prepare() {},

    command(): Command {
      const version = context.versions[group];
      const environment = commandEnvironment(folder.app, {
        ...nextServerEnvironment(context, version),
        ...appEnvironment({ ...settings, app: version.app }, topology, secrets),
        ...serverEnvironment(settings, topology, name),
      });
      const register = import.meta.resolve("spillway/register");
      const options = [environment["NODE_OPTIONS"], `--import=${register}`].filter(
        (one) => one !== undefined && one !== "",
      );
      return {
        ...startCommand(folder, version),
        env: { ...environment, NODE_OPTIONS: options.join(" ") },
      };
    },

    async describe() {
      const { deployment } = context.versions[group];
      return deployment === undefined ? {} : { deployment };
    },

    async probe(timeoutMs): Promise<ProbeResult> {
      const result = await askHttp({ port, path: health.path, timeoutMs });
      if (result.state !== "unready" || !result.reason.includes("ECONNREFUSED")) return result;
      return {
        state: "unready",
        reason: `nothing listens on port ${port}: does the app listen on process.env.PORT?`,
      };
    },
  };
}

/**
 * Has the shell become the server, where its last command is a plain program: then the process that is
 * watched, measured and signalled is the server itself and not a shell that waits for it.
 */
export function withoutShell(script: string): string {
  const at = script.lastIndexOf("&&");
  const [before, last] = at < 0 ? ["", script] : [script.slice(0, at + 2), script.slice(at + 2)];
  const [, first = ""] = /^\s*([\w./@-]+)(?:\s|$)/.exec(last) ?? [];
  const isPlain = first !== "" && !shellWords.has(first) && !/[;&|\n]/.test(last);
  return isPlain ? `${before}${before === "" ? "" : " "}exec ${last.trim()}` : script;
}

// Words that only a shell understands, so that `exec` would look in vain for a program of that name.
const shellWords = new Set(
  ". [ alias bg break case cd command continue eval exec exit export fg for getopts hash if jobs local read readonly return set shift source test times trap type ulimit umask unalias unset until wait while".split(
    " ",
  ),
);

function startCommand({ app: cwd, nextBuild }: StackFolder, { app, build = nextBuild }: Version): Command {
  if (app.start !== "next start") return { file: "/bin/sh", args: ["-c", withoutShell(app.start)], cwd };
  const standalone = standaloneServer(cwd, build);
  if (standalone !== undefined) return { file: process.execPath, args: [standalone], cwd };
  const next = createRequire(join(cwd, "package.json")).resolve("next/dist/bin/next");
  return { file: process.execPath, args: [next, "start", "-H", localhost], cwd };
}
