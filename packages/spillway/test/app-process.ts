// Starts a fixture app as a real process with the preload, and stops it again.

import { spawn, type ChildProcess } from "node:child_process";
import { onTestFinished } from "vitest";
import { freePort } from "../../../testing/free-port.ts";
import { waitUntil } from "./wait.ts";

const preload = new URL("../src/register/register.ts", import.meta.url).href;

export interface AppProcess {
  child: ChildProcess;
  port: number;
  privatePort: number;
  url: string;
  privateUrl: string;
  /** Everything it has printed so far, on both streams. */
  output: () => string;
  /** Resolves when the process has ended: its exit code, or the name of the signal. */
  ended: Promise<number | string>;
  /** Milliseconds from SIGTERM to the end, and how it ended. */
  terminate: () => Promise<{ end: number | string; milliseconds: number }>;
}

/** `arguments_` of node, with the preload unless `env` says otherwise. */
export function runNode(arguments_: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, arguments_, {
    env: { PATH: process.env["PATH"], NODE_OPTIONS: `--import=${preload}`, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  child.stdout.on("data", (chunk) => (text += String(chunk)));
  child.stderr.on("data", (chunk) => (text += String(chunk)));
  // `close` and not `exit`: by then all output has arrived.
  const ended = new Promise<number | string>((resolve) => {
    child.once("close", (code, signal) => resolve(code ?? signal ?? "unknown"));
  });
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  return { child, ended, output: () => text };
}

/** The fixture of that name, once it listens. No delay in the drain unless `env` sets one. */
export async function startApp(fixture: string, env: Record<string, string> = {}): Promise<AppProcess> {
  const port = Number(env["PORT"] ?? (await freePort()));
  const file = new URL(`./fixtures/${fixture}.ts`, import.meta.url).pathname;
  const settings = { SPILLWAY_PRIVATE_PORT: "0", SPILLWAY_DRAIN_DELAY_MS: "0", ...env };
  const running = runNode([decodeURI(file)], { PORT: String(port), ...settings });
  const privatePort = await privatePortOf(running.output);
  const privateUrl = `http://127.0.0.1:${privatePort}`;
  await waitUntil(async () => (await fetch(`${privateUrl}/live`)).ok, "the private server");
  return {
    ...running,
    port,
    privatePort,
    url: `http://127.0.0.1:${port}`,
    privateUrl,
    terminate: () => terminate(running),
  };
}

async function privatePortOf(output: () => string): Promise<number> {
  const printed = () => /private server on \S+ port (\d+)/.exec(output())?.[1];
  await waitUntil(() => printed() !== undefined, "the private port", output);
  return Number(printed());
}

async function terminate(running: Pick<AppProcess, "child" | "ended">) {
  const startedAt = performance.now();
  running.child.kill("SIGTERM");
  const end = await running.ended;
  return { end, milliseconds: performance.now() - startedAt };
}
