// The one place that decides what happens while Redis is away: nothing waits longer than the budget, and nothing is
// sent to a server that has not kept it until it answers again.

import { setTimeout as sleep } from "node:timers/promises";
import { soon } from "../soon.ts";
import { type Argument, isReply, type RedisConnection } from "./connection.ts";
import { Deadlines } from "./deadlines.ts";
import type { Sender } from "./script.ts";

const leastProbeMs = 50;
const mostProbeMs = 500;

/** Redis did not answer within the budget, or there is no connection, or it was found away a moment ago. */
export class Away extends Error {
  override readonly name = "Away";
}

/** One for all: while Redis is away every read meets it, and an error's stack is dear. */
const stillAway = new Away("it was away a moment ago");

export interface GateOptions {
  /** How long a command may take, in milliseconds. */
  budgetMs: number;
  /** A key to ask a sign of life for; in a cluster that of the node which matters. */
  key: string;
}

export class Gate implements Sender {
  readonly #connection: RedisConnection;
  readonly #deadlines: Deadlines;
  readonly #budgetMs: number;
  /** The key that it looks for a sign of life with. */
  readonly key: string;
  #away = false;
  #closed = false;
  readonly #listeners = new Set<() => void>();

  constructor(connection: RedisConnection, { budgetMs, key }: GateOptions) {
    this.#connection = connection;
    this.#deadlines = new Deadlines(budgetMs);
    this.#budgetMs = budgetMs;
    this.key = key;
  }

  get isAway(): boolean {
    return this.#away;
  }

  /** Resolves when Redis answers again, or after `ms`. */
  async returned(ms: number): Promise<void> {
    if (!this.#away) return;
    let back = (): void => undefined;
    const returned = new Promise<void>((resolve) => {
      back = resolve;
      this.#listeners.add(resolve);
    });
    await soon(returned, ms);
    this.#listeners.delete(back);
  }

  /** Rejects with Away, or with the server's error. */
  send(key: string, args: readonly Argument[]): Promise<unknown> {
    if (this.#away) return Promise.reject(stillAway);
    return this.#ask(key, args, () => this.#leave());
  }

  close(): void {
    this.#closed = true;
  }

  #leave(): void {
    if (this.#away || this.#closed) return;
    this.#away = true;
    void this.#probe();
  }

  async #probe(): Promise<void> {
    for (let ms = leastProbeMs; !this.#closed; ms = Math.min(2 * ms, mostProbeMs)) {
      await sleep(ms, undefined, { ref: false });
      if (await this.#answers()) break;
    }
    this.#away = false;
    for (const listener of this.#listeners) listener();
  }

  async #answers(): Promise<boolean> {
    try {
      await this.#ask(this.key, ["EXISTS", this.key], () => undefined);
      return true;
    } catch (error) {
      return isReply(error);
    }
  }

  /** One promise, and no async function: this is in the way of every read. */
  #ask(key: string, args: readonly Argument[], onAway: () => void): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const waiting = this.#deadlines.start(() => {
        onAway();
        reject(new Away(`no answer within ${this.#budgetMs} ms`));
      });
      this.#connection.send(key, args).then(
        (reply) => {
          this.#deadlines.end(waiting);
          return resolve(reply);
        },
        (error: unknown) => {
          this.#deadlines.end(waiting);
          if (isReply(error)) return reject(error);
          onAway();
          return reject(new Away("no connection", { cause: error }));
        },
      );
    });
  }
}
