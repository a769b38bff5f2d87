// What a statement on the primary sees: a commit that is in the WAL may not be visible yet, above all while it
// waits for a synchronous standby (PostgreSQL manual, 9.27.3, pg_snapshot).

export class Snapshot {
  readonly #xmin: bigint;
  readonly #xmax: bigint;
  readonly #running: ReadonlySet<bigint>;

  /** From PostgreSQL's form: `xmin:xmax:` and those between them that run, separated by commas. */
  constructor(text: string) {
    const [xmin = "", xmax = "", running = ""] = text.split(":");
    this.#xmin = BigInt(xmin);
    this.#xmax = BigInt(xmax);
    this.#running = new Set(running === "" ? [] : running.split(",").map(BigInt));
  }

  /** Whether it sees what a transaction has committed, of whose id the lower half is given. */
  sees(xid: number): boolean {
    const id = this.#completed(xid);
    return id < this.#xmin || (id < this.#xmax && !this.#running.has(id));
  }

  /** Ids in the WAL lie less than half their range from those that are given out now. */
  #completed(xid: number): bigint {
    return this.#xmax + BigInt.asIntN(32, BigInt(xid) - this.#xmax);
  }
}
