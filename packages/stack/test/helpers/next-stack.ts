// A fixture app of Next.js behind the full stack: brought up by the command, with no edit and no config.

import { fileURLToPath } from "node:url";
import { copyOfSources } from "../../../../testing/next-table/app.ts";
import { Origin } from "../../../../testing/next-table/origin.ts";
import type { App, ServedPlace } from "../../../../testing/next-table/world.ts";
import type { StackStatus } from "../../src/supervisor/status.ts";
import { succeed } from "./command.ts";

const bin = fileURLToPath(new URL("../../bin/spillway.js", import.meta.url));
/** Three servers and two edges are the default. What the app reads as its database must not be there for the build. */
const size = ["--replicas", "0", "--set", "app.build=env -u ORIGIN next build"];

export class NextStack implements ServedPlace {
  readonly app: App;
  readonly origin: Origin = new Origin();
  doors: readonly string[] = [];
  /** Past the edges and the balancer. */
  servers: readonly { door: string; pid: number }[] = [];
  #folder = "";

  constructor(app: App) {
    this.app = app;
  }

  async start(): Promise<void> {
    await this.origin.start();
    this.#folder = await copyOfSources(this.app);
    await this.#spillway("up", "--detach", ...size);
    const { components } = JSON.parse(await this.#spillway("status", "--json")) as StackStatus;
    const doorOf = ({ port }: { port: number }): string => `http://127.0.0.1:${port}`;
    this.servers = components
      .filter(({ role }) => role === "app")
      .map((server) => ({ door: doorOf(server), pid: server.pid! }));
    const edges = components.filter(({ role }) => role === "edge");
    this.doors = edges.map(doorOf);
  }

  /** An answer that acknowledges an invalidation is held until all of them know. */
  async settle(): Promise<void> {}

  async stop(): Promise<void> {
    if (this.#folder !== "") await this.#spillway("down", "--wipe");
    await this.origin.stop();
  }

  #spillway(...args: string[]): Promise<string> {
    const { PATH = "", HOME = "/" } = process.env;
    const env = { PATH, HOME, ORIGIN: this.origin.url };
    return succeed(process.execPath, [bin, ...args], { cwd: this.#folder, env });
  }
}
