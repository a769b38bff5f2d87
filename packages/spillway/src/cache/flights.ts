// Searches and loads that are under way in this process: one at a time for a key and a state of the world. Who asks
// after an invalidation never gets a value whose load began before it.

import type { Table } from "../coherence/table.ts";
import type { Load, Loaded } from "./load.ts";

interface Flight {
  stamp: number;
  load: Load | undefined;
  loaded: Promise<Loaded> | undefined;
}

export class Flights {
  readonly #table: Table;
  readonly #flights = new Map<string, Flight>();

  constructor(table: Table) {
    this.#table = table;
  }

  /** One that is new enough for what is known to be invalidated of `tags`. */
  join(name: string, tags: readonly string[]): Promise<Loaded> | undefined {
    const flight = this.#flights.get(name);
    return flight !== undefined && this.#table.isValid(tags, flight.stamp) ? flight.loaded : undefined;
  }

  /** `loaded` has just begun, for `load`. It says itself when it ends. */
  begin(name: string, load: Load, loaded: Promise<Loaded>): Promise<Loaded> {
    this.#flights.set(name, { stamp: this.#table.place, load, loaded });
    return loaded;
  }

  end(name: string, load: Load): void {
    const flight = this.#flights.get(name);
    // Another one may have taken its place.
    if (flight?.load !== load) return;
    this.#flights.delete(name);
    // A map that grew leaves its table behind, which holds on to all tables after it until the next full garbage
    // collection: what they hold must be small, or collecting it costs more than the search.
    flight.load = flight.loaded = undefined;
  }
}
