// Who follows the log, and how far each has come: for a writer that waits until everyone knows.

import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Gate } from "../../redis/gate.ts";
import type { LogMark } from "../token.ts";
import { type LogKeys, text } from "./keys.ts";

/** Who says nothing for that long trusts nothing that it has: nobody waits for it. By the clocks of all machines. */
const silentMs = 3_000;
const aliveMs = 1_000;
/** Beyond it a follower that is busy is not waited for. */
const patienceMs = 500;
const leastPauseMs = 1;
const mostPauseMs = 10;

export class Followers {
  readonly #gate: Gate;
  readonly #key: string;
  readonly #own: string = randomBytes(9).toString("base64url");
  #reportedAt = 0;
  #reported = -1;
  /** At the last look. */
  #present = new Map<string, Follower>();
  /** Of an epoch before, whom Redis has forgotten with it. */
  readonly #before = new Map<string, Follower>();

  constructor(gate: Gate, { followers }: LogKeys) {
    this.#gate = gate;
    this.#key = followers;
  }

  /** Tells that `mark` is followed, if somebody waits for it, and now and then in any case. */
  report({ epoch, seq = 0 }: LogMark, awaited: number): void {
    const now = performance.now();
    const isAwaited = seq >= awaited && this.#reported < awaited;
    if (!isAwaited && now - this.#reportedAt < aliveMs) return;
    this.#reported = seq;
    this.#reportedAt = now;
    const told = `${this.#own}~${epoch}~${seq}~${Date.now()}`;
    this.#gate.send(this.#key, ["HSET", this.#key, this.#own, told]).catch(() => undefined);
    if (!isAwaited) void this.#look();
  }

  /** Another epoch counts from nothing. Who followed the one before may not know of it yet. */
  startAnew(): void {
    this.#reported = -1;
    this.#reportedAt = -Infinity;
    for (const [name, one] of this.#present) this.#before.set(name, one);
    this.#present = new Map();
  }

  /** Resolves when all others have followed to `mark`, or that takes too long. */
  async reached(mark: LogMark): Promise<void> {
    const end = performance.now() + patienceMs;
    let pauseMs = leastPauseMs;
    while (!(await this.#haveReached(mark, performance.now() < end))) {
      await sleep(pauseMs);
      pauseMs = Math.min(1.5 * pauseMs, mostPauseMs);
    }
  }

  async leave(): Promise<void> {
    await this.#gate.send(this.#key, ["HDEL", this.#key, this.#own]).catch(() => undefined);
  }

  /**
   * True as well when Redis does not say: nobody can be waited for then. Who follows an epoch that is over is waited for
   * until it trusts nothing any more.
   */
  async #haveReached({ epoch, seq = 0 }: LogMark, isPatient: boolean): Promise<boolean> {
    if (!(await this.#look())) return true;
    const now = Date.now();
    return [...this.#before, ...this.#present].every(([name, one]) => {
      if (name === this.#own || now - one.told > silentMs) return true;
      return one.epoch === epoch && (one.upTo >= seq || !isPatient);
    });
  }

  /** Who is there. False when Redis does not say. */
  async #look(): Promise<boolean> {
    const reply = await this.#gate.send(this.#key, ["HVALS", this.#key]).catch(() => undefined);
    if (reply === undefined) return false;
    this.#present = new Map();
    for (const value of reply as unknown[]) {
      const [name = "", epoch = "", upTo, told] = text(value).split("~");
      this.#present.set(name, { epoch, upTo: Number(upTo), told: Number(told) });
      this.#before.delete(name);
    }
    for (const [name, { told }] of this.#before) if (Date.now() - told > silentMs) this.#before.delete(name);
    return true;
  }
}

interface Follower {
  epoch: string;
  upTo: number;
  /** Milliseconds since 1970. */
  told: number;
}
