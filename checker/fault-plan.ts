// Which fault comes when: at random, some at the same time, with pauses between.

import { setTimeout as sleep } from "node:timers/promises";
import type { Around, Fault } from "./faults.ts";

/** So many may be on at once. */
const lanes = 2;
const pauseMs = { least: 150, most: 1_200 } as const;

export class FaultPlan {
  readonly #around: Around;
  readonly #faults: readonly Fault[];
  /** Servers and processes that a fault has to itself. */
  readonly #taken = new Set<string>();
  readonly #running: Promise<void>[];
  readonly #ending = new AbortController();

  /** `first` comes before the others, and alone. */
  constructor(around: Around, faults: readonly Fault[], first?: Fault) {
    this.#around = around;
    this.#faults = faults;
    const opening = first === undefined ? Promise.resolve() : this.#strike(first);
    this.#running = Array.from({ length: faults.length === 0 ? 1 : lanes }, () => this.#run(opening));
  }

  /** Ends all that is on. Resolves when nothing is any more. */
  async heal(): Promise<void> {
    this.#ending.abort();
    await Promise.all(this.#running);
  }

  async #run(opening: Promise<void>): Promise<void> {
    await opening;
    const { random } = this.#around;
    while (!this.#ending.signal.aborted && this.#faults.length > 0) {
      await this.#wait(random.between(pauseMs.least, pauseMs.most));
      const fault = random.of(this.#faults);
      const { needs } = fault;
      if (this.#taken.has(needs) || this.#ending.signal.aborted) continue;
      this.#taken.add(needs);
      await this.#strike(fault);
      this.#taken.delete(needs);
    }
  }

  async #strike({ kind, lastsMs, begin }: Fault): Promise<void> {
    const { history, random } = this.#around;
    const noteEnd = history.begin(kind, "");
    const noted = history.faults.at(-1)!;
    try {
      const { target, heal } = await begin(this.#around);
      noted.target = target;
      await this.#wait(random.between(...lastsMs));
      await heal();
    } catch (error) {
      history.breaches.push({ at: performance.now(), problem: `the fault ${kind}: ${String(error)}` });
    } finally {
      noteEnd();
    }
  }

  async #wait(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#ending.signal }).catch(() => undefined);
  }
}
