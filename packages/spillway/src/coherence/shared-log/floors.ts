// What a load must see of what happened before this process followed the log: all that was committed by then.

import { soon } from "../../soon.ts";
import { clusters, type DatabaseCluster } from "../clusters.ts";
import { merged, type Position, type Positions } from "../position.ts";

const unknown: Position = { timeline: 0, lsn: Infinity };

export class Floors {
  readonly #budgetMs: number;
  /** Of each cluster where its primary was after the log was found. */
  #known = new Map<string, Position>();
  #reading = new Map<string, Promise<void>>();
  #timelines: ReadonlyMap<string, number> = new Map();

  /** A position that is not learnt within `budgetMs` is learnt for later loads; until then they read the primary. */
  constructor(budgetMs: number) {
    this.#budgetMs = budgetMs;
  }

  /**
   * The log was found anew: the positions are to be read after this moment, on a timeline that is none of those which
   * are over.
   */
  forget(timelines: ReadonlyMap<string, number>): void {
    this.#known = new Map();
    this.#reading = new Map();
    this.#timelines = timelines;
  }

  /** Nothing to wait for. */
  get isKnown(): boolean {
    for (const name of clusters.keys()) if (!this.#known.has(name)) return false;
    return true;
  }

  /** Learns what is not known yet, as far as it can be learnt soon. */
  async learn(): Promise<void> {
    const missing = [...clusters.values()].filter(({ name }) => !this.#known.has(name));
    await soon(Promise.all(missing.map((cluster) => this.#read(cluster))), this.#budgetMs);
  }

  /** What a load must see besides `fence`. */
  over(fence: Positions): Positions {
    const floors = new Map<string, Position>();
    for (const name of clusters.keys()) floors.set(name, this.#known.get(name) ?? unknown);
    return merged(fence, floors);
  }

  #read(cluster: DatabaseCluster): Promise<void> {
    const { name } = cluster;
    const known = this.#known;
    const reading = this.#reading;
    const before = reading.get(name);
    if (before !== undefined) return before;
    const least = this.#timelines.get(name) ?? 0;
    const read = cluster
      .flushed()
      .then((position) => {
        if (position.timeline < least) throw new Error(`${name} answers on a timeline that is over`);
        return void known.set(name, position);
      })
      .catch(() => void reading.delete(name));
    reading.set(name, read);
    return read;
  }
}
