// The processes under test. One that ends is replaced.

import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { waitUntil } from "../packages/spillway/test/wait.ts";
import { settings } from "./bounds.ts";
import type { Arrangement, Surroundings } from "./messages.ts";
import { Worker } from "./process.ts";
import type { Servers } from "./servers.ts";

/** The source that is there. */
export const ownSource: string = fileURLToPath(new URL("../packages/spillway/src", import.meta.url));

export interface FleetOptions {
  count: number;
  source?: string;
  /** Without it nobody repeats what a writer does not announce. */
  tails?: boolean;
  slowLeases?: boolean;
}

export class Fleet {
  readonly #surroundings: Surroundings;
  readonly #workers: Worker[] = [];
  readonly tails: boolean;
  #lives = 0;

  constructor(servers: Servers, { source = ownSource, tails = true, slowLeases = false }: FleetOptions) {
    this.tails = tails;
    this.#surroundings = {
      source,
      primary: servers.primary.url,
      replicas: servers.replicas.map(({ url }) => url),
      redis: servers.redis.url,
      // A world of its own: nothing of another fleet is in it.
      prefix: `check_${randomBytes(4).toString("hex")}`,
      slowLeases,
      ...settings,
    };
  }

  get prefix(): string {
    return this.#surroundings.prefix;
  }

  get workers(): readonly Worker[] {
    return this.#workers;
  }

  /** Those who can be asked. */
  get present(): readonly Worker[] {
    return this.#workers.filter(({ isAlive, isHalted }) => isAlive && !isHalted);
  }

  async start(count: number): Promise<void> {
    this.#workers.push(...(await Promise.all(Array.from({ length: count }, () => this.launch()))));
    // Of those who begin at once, one makes the slot; another may see it half made, and tries again by itself.
    const check = async (worker: Worker): Promise<boolean> =>
      (await worker.ask({ do: "check" })) !== undefined;
    await Promise.all(
      this.#workers.map((worker) =>
        waitUntil(() => check(worker), `${worker.name} to find all that it needs`),
      ),
    );
  }

  /** One more, which belongs to nobody. */
  async launch(tails: boolean = this.tails): Promise<Worker> {
    const worker = new Worker(`w${++this.#lives}`, this.#surroundings);
    await worker.ready();
    await worker.ask({ do: "arrange", tails });
    return worker;
  }

  async replace(ended: Worker): Promise<void> {
    await ended.kill();
    const fresh = await this.launch();
    this.#workers[this.#workers.indexOf(ended)] = fresh;
  }

  async arrange(wanted: Omit<Arrangement, "do">): Promise<void> {
    await Promise.all(this.present.map((worker) => worker.ask({ do: "arrange", ...wanted })));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.kill()));
  }
}

export async function startFleet(servers: Servers, options: FleetOptions): Promise<Fleet> {
  const fleet = new Fleet(servers, options);
  await fleet.start(options.count);
  return fleet;
}
