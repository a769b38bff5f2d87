// Searches and loads that are under way in this process: one at a time for a key and a state of the world. Who asks
// after an invalidation never gets a value whose load began before it.

import type { Table } from "../coherence/table.ts";
import type { Loaded } from "./load.ts";

interface Flight {
  stamp: number;
  loaded: Promise<Loaded>;
}

export class Flights {
  readonly #table: Table;
  readonly #flights = new Map<string, Flight>();

  constructor(table: Table) {
    this.#table = table;
  }

  /** Joins one that is new enough for what is known to be invalidated of `tags`, or begins one. */
  run(
    key: string,
    tags: readonly string[],
    begin: () => Promise<Loaded>,
  ): { loaded: Promise<Loaded>; joined: boolean } {
    const flight = this.#flights.get(key);
    if (flight !== undefined && this.#table.isValid(tags, flight.stamp))
      return { loaded: flight.loaded, joined: true };
    const begun: Flight = { stamp: this.#table.place, loaded: begin() };
    this.#flights.set(key, begun);
    const forget = (): void => {
      if (this.#flights.get(key) === begun) this.#flights.delete(key);
    };
    begun.loaded.then(forget, forget);
    return { loaded: begun.loaded, joined: false };
  }
}
