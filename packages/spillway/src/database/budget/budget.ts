// Lets the maximum of a pool follow its share of the server's connections.

import { SpillwayError } from "../../errors.ts";
import { warn } from "../../warnings.ts";
import type { DatabaseSettings } from "../settings/settings.ts";
import { firstShare, type Room, shareOf } from "./share.ts";

/** How long a new pool keeps its first share: twice the interval at which the others count. */
const settleMs = 2_000;

/** The part of a server that is called here. */
interface Limited {
  label: string;
  pool: { max: number; resize(max: number): void };
}

export class Budget {
  readonly #server: Limited;
  readonly #settings: DatabaseSettings;
  #announcedAt: number | undefined;
  /** The room as last counted; undefined: not announced, and the configured maximum holds. */
  room: Room | undefined;
  #warned = false;

  constructor(server: Limited, settings: DatabaseSettings) {
    this.#server = server;
    this.#settings = settings;
    if (settings.budget) server.pool.resize(Math.min(firstShare, settings.max));
  }

  counted(room: Room): void {
    this.#announcedAt ??= performance.now();
    this.room = room;
    const share = this.#share(room);
    if (share < 1) this.#warnOnce(room);
    const settled = performance.now() - this.#announcedAt >= settleMs || room.pools === 1;
    const max = Math.max(1, settled ? share : Math.min(share, firstShare));
    if (max !== this.#server.pool.max) this.#server.pool.resize(max);
  }

  /** Not announced any more. Where it can never be, the configured maximum holds. */
  unknown(never: boolean): void {
    this.#announcedAt = undefined;
    this.room = undefined;
    if (never) this.#server.pool.resize(this.#settings.max);
  }

  /** SPILLWAY_DATABASE_BUDGET if the server has too few connections for the pools on it. */
  problem(): SpillwayError | undefined {
    if (this.room === undefined || this.#share(this.room) >= 1) return undefined;
    const { pools: instances, connections } = this.room;
    return new SpillwayError("SPILLWAY_DATABASE_BUDGET", {
      server: this.#server.label,
      instances,
      connections,
    });
  }

  #share(room: Room): number {
    const { max, budgetReserve, pipelineReads } = this.#settings;
    return shareOf(room, { max, budgetReserve, extra: pipelineReads ? 2 : 1 });
  }

  #warnOnce(room: Room): void {
    if (this.#warned) return;
    this.#warned = true;
    const problem = this.problem();
    warn("SPILLWAY_DATABASE_BUDGET", problem?.message ?? String(room.pools));
  }
}
