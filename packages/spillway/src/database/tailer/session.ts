// One time of having the slot: from the moment the server begins to send until it, or somebody, ends it.

import { type InvalidationLog, logs } from "../../coherence/log.ts";
import { failureOf } from "../servers/failure.ts";
import { Backlog } from "./backlog.ts";
import type { Control } from "./control.ts";
import { countCommit } from "./counts.ts";
import { Decoder } from "./decoder.ts";
import { Lane } from "./lane.ts";
import { Pause } from "./pause.ts";
import type { Rules } from "./rules.ts";
import type { Stream, StreamHandlers } from "./stream.ts";

export interface SessionParts {
  cluster: string;
  rules: Rules;
  /** For questions, beside the stream, to the same server. */
  control: Control;
  /** Those for which all was done that the slot has forgotten. */
  present: readonly InvalidationLog[];
  /** Whether the server is still the one that takes writes. */
  isCurrent: () => boolean;
  /** Whether the server sends still what the rules are for. */
  isPublished: () => Promise<boolean>;
}

/** Commits and tags from which on nothing more is taken until the logs have caught up: the server keeps it. */
const mostWaiting = 100_000;
const confirmMs = 100;
const lookMs = 500;
const askMs = 2_000;
const endMs = 1_000;

export class Session implements StreamHandlers {
  readonly #parts: SessionParts;
  readonly #decoder: Decoder;
  readonly #backlog: Backlog = new Backlog();
  #lanes: Lane[] = [];
  #stream: Stream | undefined;
  #timeline = 0;
  #confirming: NodeJS.Timeout | undefined;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#decoder = new Decoder(parts.rules);
  }

  /** What is in all logs; undefined before anything is known. */
  get handled(): number | undefined {
    const positions = this.#lanes.map(({ position }) => position ?? -1);
    const least = Math.min(...positions);
    return least < 0 || least === Infinity ? undefined : least;
  }

  /** Resolves when the server has begun to send. */
  async start(stream: Stream, slot: string): Promise<void> {
    this.#timeline = await stream.timeline();
    this.#stream = stream;
    await stream.start({ slot, publication: slot });
    // What has come by now waits for them.
    this.#lanes = this.#parts.present.map((log) => this.#laneOf(log, false));
  }

  /**
   * Resolves when it is over: the connection is lost, or the server is not the primary any more, or no log is left.
   * Rejects when what the slot has kept cannot be read.
   */
  async run(): Promise<void> {
    const stream = this.#stream as Stream;
    const { isCurrent, isPublished } = this.#parts;
    const look = setInterval(() => {
      this.#fitLanes();
      if (this.#lanes.length === 0 || !isCurrent()) void this.stop();
    }, lookMs).unref();
    const ask = setInterval(() => {
      // The stream ends by itself when the server cannot be asked.
      void isPublished().then(
        (is) => (is ? undefined : this.stop()),
        () => undefined,
      );
    }, askMs).unref();
    try {
      await stream.ended.catch((error: unknown) => {
        if (failureOf(error) !== "server") throw error;
      });
    } finally {
      clearInterval(look);
      clearInterval(ask);
      await this.#end();
    }
  }

  /** What is handled is confirmed, and the slot given back. */
  async stop(): Promise<void> {
    const { handled } = this;
    if (handled !== undefined) this.#stream?.confirm(handled);
    await this.#stream?.stop();
  }

  onMessage(body: Buffer, at: number): void {
    const commit = this.#decoder.decode(body, at);
    if (commit === undefined) return;
    if (commit.parts.length === 0) countCommit(commit.result);
    else this.#backlog.add(commit);
    this.#arrived(commit.end);
  }

  onPosition(lsn: number): void {
    if (!this.#decoder.isInside) this.#arrived(lsn);
  }

  #arrived(lsn: number): void {
    this.#backlog.moveTo(lsn);
    if (this.#backlog.size >= mostWaiting) this.#stream?.pause();
    for (const lane of this.#lanes) lane.wake();
    this.#confirmSoon();
  }

  #laneOf(log: InvalidationLog, isLate: boolean): Lane {
    const { cluster, control } = this.#parts;
    return new Lane({
      log,
      cluster,
      backlog: this.#backlog,
      timeline: this.#timeline,
      look: () => control.look(),
      isLate,
      onMoved: () => this.#moved(),
    });
  }

  #moved(): void {
    const done = Math.min(...this.#lanes.map(({ next }) => next));
    if (done > this.#backlog.first) for (const { result } of this.#backlog.drop(done)) countCommit(result);
    if (this.#backlog.size < mostWaiting / 2) this.#stream?.resume();
    this.#confirmSoon();
  }

  /** Logs come and go with the caches of this process. */
  #fitLanes(): void {
    for (const lane of this.#lanes) if (!logs.has(lane.log)) lane.end();
    this.#lanes = this.#lanes.filter(({ log }) => logs.has(log));
    for (const log of logs)
      if (!this.#lanes.some((lane) => lane.log === log)) this.#lanes.push(this.#laneOf(log, true));
    this.#moved();
  }

  #confirmSoon(): void {
    this.#confirming ??= setTimeout(() => {
      this.#confirming = undefined;
      const { handled } = this;
      if (handled !== undefined) this.#stream?.confirm(handled);
    }, confirmMs).unref();
  }

  async #end(): Promise<void> {
    clearTimeout(this.#confirming);
    this.#confirming = undefined;
    for (const lane of this.#lanes) lane.end();
    // What is on its way to a log may take as long as the log likes.
    const late = new Pause();
    await Promise.race([Promise.all(this.#lanes.map(({ ended }) => ended)), late.for(endMs)]);
    late.wake();
  }
}
