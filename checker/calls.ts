// Asks processes to write and to read, and writes down what comes of it.

import type { History, Seen, Way, Write } from "./history.ts";
import { items } from "./keys.ts";
import type { ReadRequest } from "./messages.ts";
import type { Worker } from "./process.ts";
import type { Servers } from "./servers.ts";
import { reasonOf } from "../packages/spillway/src/warnings.ts";

export interface Caller {
  name: string;
  /** Whose token it is, if it is carried from answer to answer. */
  session?: string | undefined;
  token?: string | undefined;
}

export type Reading = { key: string } & Partial<Omit<ReadRequest, "do" | "token">>;

/** In a token: the place in a log that the bearer's writes have reached. `x` where there is none. */
const place = /@[^~]+~[^~]+~(?!x)/;

export class Calls {
  readonly history: History;
  readonly #versions: number[] = Array.from({ length: items }, () => 0);

  constructor(history: History) {
    this.history = history;
  }

  /** Writes the next version through a process. False if nobody knows whether it was written. */
  async write(worker: Worker, caller: Caller, item: number): Promise<boolean> {
    const noted = this.#note(worker.name, caller, item);
    try {
      const { token } = await worker.ask({ do: "write", item, version: noted.version, token: caller.token });
      noted.announced = token !== undefined && place.test(token);
      noted.acknowledged = performance.now();
      if (caller.session !== undefined) caller.token = token;
      return true;
    } catch (error) {
      this.#failed(worker.name, caller, error);
      return false;
    }
  }

  /** Writes it past all processes, as somebody does in psql. */
  async writeInPsql(servers: Servers, caller: Caller, item: number): Promise<boolean> {
    const noted = this.#note("psql", caller, item);
    try {
      const update = "UPDATE item SET version = greatest(version, $2) WHERE id = $1";
      await servers.primary.query(update, [item, noted.version]);
      noted.acknowledged = performance.now();
      return true;
    } catch (error) {
      this.#failed("psql", caller, error);
      return false;
    }
  }

  /** What is seen; nothing if there was no answer. */
  async read(worker: Worker, caller: Caller, reading: Reading): Promise<readonly Seen[]> {
    const usual = { monotonic: false, tier: "memory", scoped: true, token: caller.token } as const;
    const { name: client, session } = caller;
    const called = performance.now();
    try {
      const answer = await worker.ask({ do: "read", ...usual, ...reading });
      const [returned, { seen = [], monotonic = false }] = [performance.now(), answer];
      const who = { client, session, worker: worker.name, key: reading.key, how: wayOf(reading) };
      this.history.reads.push({ kind: "read", ...who, called, returned, seen, monotonic });
      // An answer without one takes nothing back.
      if (session !== undefined) caller.token = answer.token ?? caller.token;
      return seen;
    } catch (error) {
      this.#failed(worker.name, caller, error);
      return [];
    }
  }

  #note(worker: string, { name: client, session }: Caller, item: number): Write {
    const version = ++this.#versions[item]!;
    const outcome = { called: performance.now(), acknowledged: undefined, announced: false };
    const noted: Write = { kind: "write", client, session, worker, item, version, ...outcome };
    if (worker === "psql") noted.session = undefined;
    this.history.writes.push(noted);
    return noted;
  }

  #failed(worker: string, { name: client }: Caller, error: unknown): void {
    const problem = reasonOf(error);
    this.history.failures.push({ client, worker, at: performance.now(), problem });
  }
}

function wayOf({ tier = "memory", scoped = true, inTransaction = false }: Reading): Way {
  if (!scoped) return "no request";
  return inTransaction ? "transaction" : tier;
}
