// A fixture app as PM2 serves it: two processes of `next start` behind one port, in one folder, as on one machine.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { waitUntil } from "../../packages/spillway/test/wait.ts";
import { ChildServer } from "../../testing/child-server.ts";
import { freePort } from "../../testing/free-port.ts";
import { type Build, built, copyOf, nextCommand } from "../../testing/next-table/app.ts";
import { Origin } from "../../testing/next-table/origin.ts";

const processes = 2;
const launcher = fileURLToPath(new URL("pm2.mjs", import.meta.url));

export class Pm2World {
  readonly origin: Origin = new Origin();
  doors: readonly string[] = [];
  readonly #build: Build;
  readonly #env: NodeJS.ProcessEnv;
  /** PM2 keeps its sockets and logs here, and nothing anywhere else. */
  readonly #home: string = mkdtempSync(join(tmpdir(), "spillway-pm2-"));
  readonly #server = new ChildServer();
  #folder: string | undefined;

  /** `env` is what the processes have besides that of their build. */
  constructor(build: Build, env: NodeJS.ProcessEnv = {}) {
    this.#build = build;
    this.#env = env;
  }

  /** Of PM2; the processes are its children. */
  get pid(): number {
    return this.#server.pid!;
  }

  async start(): Promise<void> {
    await this.origin.start();
    this.#folder = await copyOf(await built(this.#build));
    const port = String(await freePort());
    this.doors = [`http://127.0.0.1:${port}`];
    const log = join(this.#home, "output.log");
    this.#server.start([process.execPath, launcher], {
      ...process.env,
      PM2_APP: JSON.stringify(this.#app(port, log)),
      PM2_DISABLE_VERSION_CHECK: "true",
      PM2_DISCRETE_MODE: "true",
      PM2_HOME: this.#home,
    });
    const said = (): string => readFileSync(log, "utf8");
    await waitUntil(() => said().split("Ready in").length > processes, "PM2's processes to be ready", said);
  }

  async stop(): Promise<void> {
    await this.#server.end("SIGTERM");
    await this.origin.stop();
    rmSync(this.#home, { recursive: true });
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true });
  }

  #app(port: string, log: string): object {
    return {
      name: "app",
      script: nextCommand,
      args: ["start", this.#folder, "-H", "127.0.0.1", "-p", port],
      exec_mode: "cluster",
      instances: processes,
      merge_logs: true,
      output: log,
      error: log,
      env: {
        ...this.#build.env,
        ...this.#env,
        NODE_ENV: "production",
        NEXT_TELEMETRY_DISABLED: "1",
        ORIGIN: this.origin.url,
      },
    };
  }
}
