// Where the invalidation log ends, as of when: asked again whenever a line is written, and now and then without one.

import { Follower } from "../../coherence/shared-log/follower.ts";
import { logKeys } from "../../coherence/shared-log/keys.ts";
import type { Line } from "../../coherence/shared-log/line.ts";
import { RemoteLog } from "../../coherence/shared-log/remote-log.ts";
import { Gate } from "../../redis/gate.ts";
import type { RedisConnection } from "../../redis/connection.ts";
import { lineId, type Place } from "./place.ts";

/** How long a command to Redis may take, in milliseconds: nobody's request waits for it. */
const budgetMs = 500;

/** What a sender needs of the log. */
export interface FollowedLog {
  /** The last line that is known; undefined before the log was found. */
  readonly end: Place | undefined;
  /** Up to when `end` may be trusted to be near, on the clock of `performance.now()`. */
  readonly trustedUntil: number;
  /** What was written after a place; undefined if not all of it is there any more. */
  linesAfter(place: Place): Promise<Line[] | undefined>;
  /** Resolves when the log was looked at since it ended at `known`, or after `ms`. */
  news(known: Place | undefined, ms: number): Promise<void>;
}

export interface FeedParts {
  connection: RedisConnection;
  /** As the caches have it. */
  keyPrefix: string;
  silenceMs: number;
}

export class Feed implements FollowedLog {
  readonly #parts: FeedParts;
  readonly #gate: Gate;
  readonly #remote: RemoteLog;
  readonly #follower: Follower;
  readonly #waiting = new Set<() => void>();
  end: Place | undefined;
  trustedUntil = 0;
  /** Up to where somebody waits for all who follow the log. */
  awaited = 0;

  constructor(parts: FeedParts) {
    const { connection, keyPrefix, silenceMs } = parts;
    const keys = logKeys(keyPrefix);
    this.#parts = parts;
    this.#gate = new Gate(connection, { budgetMs, key: keys.meta });
    this.#remote = new RemoteLog(this.#gate, keys);
    this.#follower = new Follower({ log: this, connection, keys, heartbeatMs: silenceMs / 4 });
  }

  /** The way to Redis that those who keep their place there share. */
  get gate(): Gate {
    return this.#gate;
  }

  /** Runs until it is closed. */
  async run(): Promise<void> {
    await this.#follower.run();
  }

  get last(): string | undefined {
    return this.end && lineId(this.end);
  }

  /** Looks where the log ends. Rejects when Redis does not say. */
  async pull(): Promise<void> {
    const sentAt = performance.now();
    const { epoch, generation, seq, awaited } = await this.#remote.found();
    this.awaited = awaited;
    this.end = { epoch, generation, seq };
    this.trustedUntil = sentAt + this.#parts.silenceMs;
    for (const wake of this.#waiting) wake();
  }

  async linesAfter(place: Place): Promise<Line[] | undefined> {
    const { end } = this;
    if (end === undefined || place.epoch !== end.epoch || place.generation !== end.generation)
      return undefined;
    // Another purger may have told it of more than is known here.
    if (place.seq >= end.seq) return [];
    const lines = await this.#remote.linesAfter(lineId(place));
    const isWhole = lines.every(
      ({ epoch, seq }, index) => epoch === end.epoch && seq === place.seq + 1 + index,
    );
    return isWhole && lines.length > 0 ? lines : undefined;
  }

  async news(known: Place | undefined, ms: number): Promise<void> {
    // Each look makes a place of its own: none that came while the caller was busy is missed.
    if (this.end !== known) return;
    let wake = (): void => undefined;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#waiting.add(wake);
    });
    this.#waiting.delete(wake);
  }

  async close(): Promise<void> {
    this.#gate.close();
    for (const wake of this.#waiting) wake();
    await this.#follower.close();
  }
}
