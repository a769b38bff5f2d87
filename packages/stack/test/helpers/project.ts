// A folder with an app in it, and the real command `spillway` run there.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import type { StackStatus } from "../../src/supervisor/status.ts";
import { neutral } from "./neutral.ts";
import { isAlive } from "../../src/process/procfs.ts";
import { stackProcesses } from "./proc.ts";

const bin = fileURLToPath(new URL("../../bin/spillway.js", import.meta.url));
const commandTimeoutMs = 60_000;

/** The smallest stack that has every kind of tier: one edge, one server, no replica. */
export const small: readonly string[] = "--set edge.instances=1 --instances 1 --replicas 0".split(" ");

const hello = `import { createServer } from "node:http";
createServer((request, response) => response.end("hello\\n")).listen(process.env.PORT);
`;

/** An app that needs no config. */
export const shop: Readonly<Record<string, string>> = {
  "package.json": `{ "name": "shop", "type": "module", "scripts": { "start": "node server.js" } }\n`,
  "server.js": hello,
};

export interface Finished {
  /** Null for one that was killed. */
  code: number | null;
  stdout: string;
  stderr: string;
}

interface RunOptions {
  env?: Record<string, string>;
  cwd?: string;
}

export class Project {
  readonly dir: string = realpathSync(mkdtempSync(join(tmpdir(), "spillway-test-")));

  constructor(files: Readonly<Record<string, string>>) {
    for (const [name, text] of Object.entries(files)) this.write(name, text);
  }

  path(name: string): string {
    return join(this.dir, name);
  }

  read(name: string): string {
    return readFileSync(this.path(name), "utf8");
  }

  write(name: string, text: string): void {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), text);
  }

  /** Starts the command and leaves it running. */
  start(args: readonly string[], { env = {}, cwd = this.dir }: RunOptions = {}): ChildProcess {
    // Nothing of the test runner's own environment: it sets NODE_ENV and NODE_OPTIONS.
    const { PATH = "", HOME = "/" } = process.env;
    return spawn(process.execPath, [bin, ...args], { cwd, env: { PATH, HOME, ...env } });
  }

  /** Runs the command to its end. */
  spillway(args: readonly string[], options?: RunOptions): Promise<Finished> {
    return finished(this.start(args, options));
  }

  async status(): Promise<StackStatus> {
    return JSON.parse((await this.succeed(["status", "--json"])).stdout) as StackStatus;
  }

  /** Runs the command and throws what it said, unless it ended with 0. */
  async succeed(args: readonly string[]): Promise<Finished> {
    const result = await this.spillway(args);
    if (result.code !== 0) throw new Error(`spillway ${args.join(" ")}: ${JSON.stringify(result)}`);
    return result;
  }

  /** What was said on standard error and how it ended, with all that varies given a name. */
  complaint({ code, stderr }: Finished): string {
    return `${neutral(stderr, this.dir)}exit code ${code}`;
  }

  /** Ends everything and removes data and folder. Throws when a process outlives that. */
  async remove(): Promise<void> {
    const processes = stackProcesses(this.dir);
    await this.succeed(["down", "--wipe"]);
    const left = processes.filter(isAlive).map(({ pid }) => pid);
    if (left.length > 0) throw new Error(`still running after down: ${left.join(", ")}`);
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** A project that is removed when the test ends. */
export function project(files: Readonly<Record<string, string>> = shop): Project {
  const made = new Project(files);
  onTestFinished(() => made.remove());
  return made;
}

/** What a command wrote, once it has ended; one that hangs is killed and has the code null. */
export function finished(child: ChildProcess): Promise<Finished> {
  const text = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.setEncoding("utf8").on("data", (chunk: string) => (text[name] += chunk));
  }
  const timer = setTimeout(() => child.kill("SIGKILL"), commandTimeoutMs);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      clearTimeout(timer);
      resolve({ code, ...text });
    });
  });
}
