// Where a short play of few operations is given, to show what one rule is for.

import { setTimeout as sleep } from "node:timers/promises";
import { type Caller, Calls, type Reading } from "./calls.ts";
import { type Fleet, startFleet } from "./fleet.ts";
import { History } from "./history.ts";
import { judge, type Violation } from "./judge.ts";
import type { Arrangement } from "./messages.ts";
import type { Worker } from "./process.ts";
import { probe, settle } from "./rest.ts";
import type { Servers } from "./servers.ts";

export interface Play {
  /** Whether there is a tailer. */
  tails?: boolean;
  slowLeases?: boolean;
  act: (stage: Stage) => Promise<void>;
}

const stranger: Caller = { name: "stranger" };
const restMs = 3_000;

export class Stage {
  readonly servers: Servers;
  readonly fleet: Fleet;
  readonly history: History = new History();
  readonly #calls: Calls = new Calls(this.history);

  constructor(servers: Servers, fleet: Fleet) {
    this.servers = servers;
    this.fleet = fleet;
  }

  get a(): Worker {
    return this.fleet.workers[0]!;
  }

  get b(): Worker {
    return this.fleet.workers[1]!;
  }

  async write(worker: Worker, item = 0, caller: Caller = stranger): Promise<void> {
    await this.#calls.write(worker, caller, item);
  }

  async writeInPsql(item = 0): Promise<void> {
    await this.#calls.writeInPsql(this.servers, stranger, item);
  }

  async read(worker: Worker, key: string | Reading, caller: Caller = stranger): Promise<void> {
    await this.#calls.read(worker, caller, typeof key === "string" ? { key } : key);
  }

  async arrange(worker: Worker, wanted: Omit<Arrangement, "do">): Promise<void> {
    await worker.ask({ do: "arrange", ...wanted });
  }

  /** What was written so far is on all replicas, and nothing more will be. */
  async pauseReplays(): Promise<void> {
    await this.servers.cluster.waitForCatchup(this.servers.primary);
    await Promise.all(this.servers.replicas.map((replica) => replica.pauseReplay()));
  }

  async resumeReplays(): Promise<void> {
    await Promise.all(this.servers.replicas.map((replica) => replica.resumeReplay()));
  }

  /** Ends the connections on which processes wait for the next line of the log. */
  async cutLog(): Promise<void> {
    const clients = await this.servers.redis.cli("client", "list");
    const ids = clients
      .split("\n")
      .flatMap((line) => (line.includes("cmd=xread") ? [/id=(\d+)/.exec(line)![1]!] : []));
    await Promise.all(ids.map((id) => this.servers.redis.cli("client", "kill", "id", id)));
  }

  /** Waits for all to settle where something can settle it, and looks at every tier. */
  async rest(): Promise<void> {
    const { servers, fleet, history } = this;
    await this.resumeReplays();
    if (fleet.tails) await settle({ servers, fleet, history, patienceMs: restMs });
    else await sleep(restMs / 2);
    await probe({ servers, fleet, history });
  }
}

export interface Given {
  violations: Violation[];
  history: History;
}

/** What was not kept in a play that is given with a source. */
export async function give(play: Play, servers: Servers, source?: string): Promise<Given> {
  await servers.reset();
  const { tails = false, slowLeases = false } = play;
  const options = { count: 2, tails, slowLeases };
  const fleet = await startFleet(servers, source === undefined ? options : { ...options, source });
  const stage = new Stage(servers, fleet);
  try {
    await play.act(stage);
    return { violations: judge(stage.history), history: stage.history };
  } finally {
    await fleet.stop();
    await stage.resumeReplays();
    await servers.dropSlot(fleet.prefix);
  }
}
