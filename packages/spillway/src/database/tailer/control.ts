// The connection for questions to the server whose log is followed: one after the other, by whoever has one.

import type { ClientBase } from "pg";
import { Snapshot } from "./snapshot.ts";

export class Control {
  readonly #client: ClientBase;
  #last: Promise<unknown> = Promise.resolve();

  constructor(client: ClientBase) {
    this.#client = client;
  }

  /** What a statement sees that begins after this call. */
  look(): Promise<Snapshot> {
    const asked = "SELECT pg_current_snapshot()::text AS seen";
    return this.ask(async (client) => {
      const { rows } = await client.query<{ seen: string }>(asked);
      return new Snapshot(rows[0]!.seen);
    });
  }

  ask<T>(question: (client: ClientBase) => Promise<T>): Promise<T> {
    const answer = this.#last.then(() => question(this.#client));
    this.#last = answer.catch(() => undefined);
    return answer;
  }
}
