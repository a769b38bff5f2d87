// Follows the log: waits for its next line on a connection of its own, and looks from time to time when there is none.

import { setTimeout as sleep } from "node:timers/promises";
import type { Connection, RedisConnection } from "../../redis/connection.ts";
import type { LogKeys } from "./keys.ts";

const leastPauseMs = 50;
const mostPauseMs = 1_000;

/** What is followed. */
interface Followable {
  /** Names the line after which to wait for the next; undefined before the log was found. */
  readonly last: string | undefined;
  /** Follows it to its end. Rejects when Redis does not answer. */
  pull(): Promise<void>;
}

export interface FollowerParts {
  log: Followable;
  connection: RedisConnection;
  keys: LogKeys;
  /** How long it waits for a line before it looks. Far below the silence after which nothing is trusted. */
  heartbeatMs: number;
}

export class Follower {
  readonly #parts: FollowerParts;
  #own: Connection | undefined;
  #closed = false;

  constructor(parts: FollowerParts) {
    this.#parts = parts;
  }

  async run(): Promise<void> {
    let pauseMs = leastPauseMs;
    while (!this.#closed) {
      try {
        await this.#parts.log.pull();
        await this.#wait();
        pauseMs = leastPauseMs;
      } catch {
        // The log itself is distrusted when it has been silent for too long.
        await this.#drop();
        await sleep(pauseMs, undefined, { ref: false });
        pauseMs = Math.min(2 * pauseMs, mostPauseMs);
      }
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#drop();
  }

  /** Resolves when there is a line to read, or after a heartbeat without one. */
  async #wait(): Promise<void> {
    const { log, connection, keys, heartbeatMs } = this.#parts;
    const after = log.last;
    if (after === undefined || this.#closed) return;
    this.#own ??= await connection.duplicate();
    // It may have been closed while the connection was made.
    if (this.#closed) return await this.#drop();
    const args = ["XREAD", "COUNT", "1", "BLOCK", String(heartbeatMs), "STREAMS", keys.lines, after];
    await bounded(this.#own.send(keys.lines, args), 2 * heartbeatMs);
  }

  async #drop(): Promise<void> {
    const own = this.#own;
    this.#own = undefined;
    await own?.close().catch(() => undefined);
  }
}

/** A connection that is dead at the other end says nothing. */
async function bounded(answer: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
    timer.unref();
  });
  try {
    await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
    answer.catch(() => undefined);
  }
}
