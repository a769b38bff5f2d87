// An invalidation log that remembers what it was given: for tests of who puts what into it.

import { type Invalidation, type InvalidationLog, logs } from "../../src/coherence/log.ts";
import type { Position } from "../../src/coherence/position.ts";

export class RecordingLog implements InvalidationLog {
  /** What it has accepted. */
  readonly accepted: Invalidation[] = [];
  /** When, on the clock of `performance.now()`. */
  readonly acceptedAt: number[] = [];
  /** What it was asked to accept, refused or not. */
  asked = 0;
  renewed = 0;
  tailed: Position | undefined;
  toldAt: number[] = [];
  /** It accepts nothing while this is set. */
  isAway = false;
  /** Called before it is renewed. */
  onRenew: () => Promise<void> = async () => {};
  readonly #commits = new Set<string>();

  /** All tags that it has accepted, in order. */
  get tags(): string[] {
    return this.accepted.flatMap(({ tags }) => tags);
  }

  ofTailer(): Invalidation[] {
    return this.accepted.filter(({ source }) => source === "tailer");
  }

  async invalidate(invalidation: Invalidation): Promise<void> {
    this.asked++;
    this.#answer();
    this.accepted.push(invalidation);
    this.acceptedAt.push(performance.now());
    if (invalidation.commit !== undefined) this.#commits.add(invalidation.commit);
  }

  hasCommit(commit: string): boolean {
    return this.#commits.has(commit);
  }

  isTailed(): boolean {
    return this.tailed !== undefined;
  }

  async publishTailed(_cluster: string, position: Position): Promise<void> {
    this.#answer();
    this.tailed = position;
    this.toldAt.push(performance.now());
  }

  async renew(): Promise<void> {
    this.#answer();
    await this.onRenew();
    this.renewed++;
  }

  async followToEnd(): Promise<void> {}

  /** What a process learns of those of others. */
  learn(commit: string): void {
    this.#commits.add(commit);
  }

  open(): this {
    logs.add(this);
    return this;
  }

  close(): void {
    logs.delete(this);
  }

  #answer(): void {
    if (this.isAway) throw new Error("the log is away");
  }
}
