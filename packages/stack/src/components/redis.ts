// The shared cache: Redis.

import { mkdirSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { redisConf } from "../render/redis.ts";
import { nodeNamed } from "../topology/topology.ts";
import type { Component, ProbeResult } from "./component.ts";
import type { Command } from "../process/command.ts";
import type { StackContext } from "./context.ts";
import { program } from "./programs.ts";

export function redisComponent({ folder, topology, settings, secrets }: StackContext): Component {
  const name = "cache";
  const home = folder.of(name);
  const file = join(home, "redis.conf");
  const port = nodeNamed(topology, name).ports["main"]!;
  const password = secrets.redis;

  return {
    name,
    role: "cache",
    port,
    startTimeoutMs: 30_000,
    stop: { signal: "SIGTERM", to: "leader", timeoutMs: 10_000 },
    health: { intervalMs: 1_000, timeoutMs: 1_000, replaceAfterSilentMs: 30_000 },
    permanentFailures: [/FATAL CONFIG FILE ERROR/, /Could not create server TCP listening socket/],

    async prepare() {
      const dir = join(home, "data");
      mkdirSync(dir, { recursive: true, mode: 0o700 });
      writeFileSync(file, redisConf({ port, password, dir, settings: settings.cache }), { mode: 0o600 });
    },

    command(): Command {
      return { file: program("redis-server"), args: [file], cwd: home };
    },

    probe: (timeoutMs) => ping(port, password, timeoutMs),
  };
}

/** AUTH and PING as inline commands (Redis protocol specification, "Inline commands"). */
function ping(port: number, password: string, timeoutMs: number): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    let reply = "";
    const done = (result: ProbeResult): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(result);
    };
    const timer = setTimeout(
      () => done({ state: "silent", reason: `no PONG within ${timeoutMs} ms` }),
      timeoutMs,
    );
    socket.setEncoding("latin1");
    socket.once("connect", () => socket.write(`AUTH ${password}\r\nPING\r\n`));
    socket.on("data", (text: string) => {
      reply += text;
      if (reply.includes("+PONG")) done({ state: "ready" });
      else if (reply.includes("-"))
        done({ state: "unready", reason: reply.slice(reply.indexOf("-") + 1).trim() });
    });
    socket.once("error", (error) => done({ state: "unready", reason: error.message }));
    socket.once("end", () => done({ state: "unready", reason: "it closed the connection" }));
  });
}
