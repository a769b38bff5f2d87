// A fixture app as Next alone serves it: one process, `next start`.

import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ChildServer } from "../child-server.ts";
import { freePort } from "../free-port.ts";
import { built, copyOf, nextCommand } from "./app.ts";
import { Origin } from "./origin.ts";
import { open } from "./reading.ts";
import type { App, ServedPlace } from "./world.ts";

const startMs = 20_000;

export class PlainWorld implements ServedPlace {
  readonly app: App;
  readonly origin: Origin = new Origin();
  doors: readonly string[] = [];
  #folder: string | undefined;
  readonly #server = new ChildServer();

  constructor(app: App) {
    this.app = app;
  }

  async start(): Promise<void> {
    await this.origin.start();
    this.#folder = await copyOf(await built({ app: this.app, kind: "plain", env: {} }));
    const port = String(await freePort());
    this.doors = [`http://127.0.0.1:${port}`];
    const next = [process.execPath, nextCommand, "start", this.#folder, "-H", "127.0.0.1", "-p", port];
    // Pages of the table fail on purpose: what Next says of them goes to a file.
    const logged = ["sh", "-c", 'exec "$@" 2>"$0"', join(this.#folder, "server.log"), ...next];
    const env = { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" } as const;
    this.#server.start(logged, { ...env, ORIGIN: this.origin.url });
    await this.#listening();
  }

  get pid(): number {
    return this.#server.pid!;
  }

  async settle(): Promise<void> {}

  async stop(): Promise<void> {
    await this.#server.end("SIGKILL");
    await this.origin.stop();
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true });
  }

  async #listening(): Promise<void> {
    const deadline = Date.now() + startMs;
    for (;;) {
      try {
        (await open(this.doors[0]!)).resume();
        return;
      } catch (cause) {
        if (Date.now() > deadline) throw new Error("next start does not answer", { cause });
        await sleep(50);
      }
    }
  }
}
