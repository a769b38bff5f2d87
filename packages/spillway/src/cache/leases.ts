// Leases: which of all processes loads a key. One spares the database a load, and nothing depends on it being right.

import { randomBytes } from "node:crypto";
import { type ValueKeys, text } from "../coherence/shared-log/keys.ts";
import type { LogMark } from "../coherence/token.ts";
import { isReply } from "../redis/connection.ts";
import type { Gate } from "../redis/gate.ts";
import { fill, keepLease, takeLease } from "./lease-scripts.ts";

/** After the crash of a holder others wait so long. A holder that lives keeps its lease. */
const leaseMs = 2_000;
const renewMs = leaseMs / 3;

export interface Lease {
  keys: ValueKeys;
  text: string;
}

/** What came of asking for a lease. */
export interface Taken {
  /** Who holds it instead, and under which stamp; undefined if it was given. */
  holder: string | undefined;
  /** The value as it is now. */
  value: Buffer | null;
}

export class Leases {
  readonly #gate: Gate;
  /** Tells the leases of this process from those of others. */
  readonly #process: string = randomBytes(6).toString("base64url");
  #count = 0;
  readonly #held = new Set<Lease>();
  #renewing: NodeJS.Timeout | undefined;

  constructor(gate: Gate) {
    this.#gate = gate;
  }

  /** A lease names the stamp that its holder loads under, so that others can tell whether that will do for them. */
  create(keys: ValueKeys, { epoch, seq }: LogMark): Lease {
    return { keys, text: `${epoch} ${seq} ${this.#process}${(this.#count++).toString(36)}` };
  }

  /** Asks for `lease`, which may take over that of `holder`. Undefined if the server, being full, gives none. */
  async take(lease: Lease, holder: string): Promise<Taken | undefined> {
    try {
      const reply = await this.#run(takeLease, lease, [holder, String(leaseMs)]);
      const [held, value] = reply as [Buffer, Buffer | null];
      return { holder: held.length === 0 ? undefined : text(held), value };
    } catch (error) {
      if (isReply(error)) return undefined;
      throw error;
    }
  }

  /** Keeps it until it is filled or given back, however long that takes. */
  hold(lease: Lease): void {
    this.#held.add(lease);
    this.#renewing ??= setInterval(() => this.#renew(), renewMs).unref();
  }

  /** Stores a value and gives the lease back. False if it was lost meanwhile. */
  async fill(lease: Lease, value: Buffer, lastsMs: number): Promise<boolean> {
    this.#held.delete(lease);
    return (await this.#run(fill, lease, [value, String(lastsMs)])) === 1;
  }

  giveBack(lease: Lease): void {
    this.#held.delete(lease);
    this.#run(keepLease, lease, ["0"]).catch(() => undefined);
  }

  #renew(): void {
    for (const lease of this.#held) this.#run(keepLease, lease, [String(leaseMs)]).catch(() => undefined);
    if (this.#held.size > 0) return;
    clearInterval(this.#renewing);
    this.#renewing = undefined;
  }

  #run(script: typeof fill, { keys, text: own }: Lease, args: (string | Buffer)[]): Promise<unknown> {
    return script.run(this.#gate, [keys.value, keys.lease], [own, ...args]);
  }
}

/** The stamp that the holder of a lease loads under. */
export function leaseMark(lease: string): LogMark {
  const [epoch = "", seq] = lease.split(" ");
  return { epoch, seq: Number(seq) };
}
