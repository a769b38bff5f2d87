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
  }

  /** Another epoch counts from nothing. */
  startAnew(): void {
    this.#reported = -1;
  }

  /** Resolves when all others have followed to `mark`, or that takes too long. */
  async reached(mark: LogMark): Promise<void> {
    const end = performance.now() + patienceMs;
    let pauseMs = leastPauseMs;
    while (performance.now() < end && !(await this.#haveReached(mark))) {
      await sleep(pauseMs);
      pauseMs = Math.min(1.5 * pauseMs, mostPauseMs);
    }
  }

  async leave(): Promise<void> {
    await this.#gate.send(this.#key, ["HDEL", this.#key, this.#own]).catch(() => undefined);
  }

  /** True as well when Redis does not say: nobody can be waited for then. */
  async #haveReached({ epoch, seq = 0 }: LogMark): Promise<boolean> {
    const reply = await this.#gate.send(this.#key, ["HVALS", this.#key]).catch(() => []);
    const now = Date.now();
    return (reply as unknown[]).every((value) => {
      const [follower, followed, upTo, told] = text(value).split("~");
      if (follower === this.#own || now - Number(told) > silentMs) return true;
      return followed === epoch && Number(upTo) >= seq;
    });
  }
}
