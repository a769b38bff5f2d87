// The tailer: one process of all follows the write-ahead log, and invalidates what a writer did not.

import { AsyncLocalStorage } from "node:async_hooks";
import { SpillwayError } from "../../errors.ts";
import { warn } from "../../warnings.ts";
import { type PoolInsides, poolInsides } from "../insides.ts";
import type { SpillwayPool } from "../pool.ts";
import { hideTailer, showTailer, type ShownTailer } from "./counts.ts";
import { type TailerOptions, tailerSettings, type TailerSettings } from "./options.ts";
import { Pause } from "./pause.ts";
import { problemOf, SlotTakenError } from "./problems.ts";
import { SlotHolder } from "./slot-holder.ts";

/** Between two tries to get the slot, spread by a quarter either way so that not all come at once. */
const retryMs = 1_000;
const jitter = 0.25;
/** How long an end may take. */
const stopMs = 3_000;

/** It works for all requests, so for none: what it announces is nobody's own write. */
const outside = AsyncLocalStorage.snapshot();

type Outcome = "works" | "waits" | Error;

export class Tailer implements ShownTailer {
  readonly #insides: PoolInsides;
  readonly #settings: TailerSettings;
  readonly #pause: Pause = new Pause();
  readonly #running: Promise<void>;
  readonly #warned = new Set<string>();
  #holder: SlotHolder | undefined;
  #serverLsn: () => number = () => 0;
  /** What came of the last try; undefined while the first one, or one after the slot was given up, goes on. */
  #outcome: Outcome | undefined;
  readonly #asking = new Set<(outcome: Outcome) => void>();
  #stopped = false;

  /** Called by `startTailer`. */
  constructor(insides: PoolInsides, settings: TailerSettings) {
    this.#insides = insides;
    this.#settings = settings;
    showTailer(this);
    this.#running = outside(() => this.#run());
  }

  /** The name of the cluster. */
  get cluster(): string {
    return this.#insides.settings.name;
  }

  /** Whether it is this process that follows the log. */
  get isActive(): boolean {
    return this.#outcome === "works";
  }

  /** WAL of the primary that is not in every invalidation log yet; undefined if another process follows it. */
  get lagBytes(): number | undefined {
    const handled = this.#holder?.handled;
    return handled === undefined ? undefined : Math.max(0, this.#serverLsn() - handled);
  }

  /**
   * Resolves when this process follows the log, or waits for another that does. Rejects with what keeps it from that:
   * SPILLWAY_TAILER_WAL_LEVEL, _RIGHTS, _NO_SLOT, _SLOT, _TABLE, _SYNCHRONOUS or _FAILED, or what the pool's `check`
   * rejects with. For a start-up or health check; without it that is a warning, and it is tried again and again.
   */
  async check(): Promise<void> {
    if (this.#stopped) throw new Error("the tailer has been stopped");
    let outcome = this.#outcome;
    if (outcome === undefined || outcome instanceof Error)
      outcome = await new Promise<Outcome>((resolve) => {
        // Waiting for it must keep the process alive.
        const alive = setInterval(() => undefined, retryMs);
        this.#asking.add((next) => {
          clearInterval(alive);
          resolve(next);
        });
      });
    if (outcome instanceof Error) throw outcome;
  }

  /** Gives the slot back: another process takes it within about a second. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#pause.wake();
    const late = new Pause();
    const alive = setTimeout(() => late.wake(), stopMs);
    await Promise.race([Promise.all([this.#holder?.stop(), this.#running]), late.for(stopMs)]);
    clearTimeout(alive);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #run(): Promise<void> {
    const { cluster } = this.#insides;
    while (!this.#stopped && !cluster.ended) {
      await this.#try();
      if (!this.#stopped) await this.#pause.for(retryMs * (1 + jitter * (2 * Math.random() - 1)));
    }
    hideTailer(this);
    this.#outcome = undefined;
    for (const answer of this.#asking) answer(new Error("the tailer has been stopped"));
  }

  async #try(): Promise<void> {
    const { cluster } = this.#insides;
    try {
      cluster.start();
      const server = await cluster.findPrimary();
      if (this.#stopped) return;
      const holder = new SlotHolder({
        insides: this.#insides,
        settings: this.#settings,
        server,
        onHeld: () => this.#settle("works"),
      });
      this.#holder = holder;
      this.#serverLsn = () => server.lsn;
      const held = await holder.hold().catch((error: unknown) => {
        throw problemOf(error, server, this.#settings.slot);
      });
      if (held) this.#outcome = undefined;
      else this.#settle("waits");
    } catch (error) {
      if (error instanceof SlotTakenError) this.#settle("waits");
      else if (!this.#stopped && !cluster.ended) this.#failed(error as Error);
    } finally {
      this.#holder = undefined;
    }
  }

  #failed(error: Error): void {
    const code = error instanceof SpillwayError ? error.code : "";
    if (this.#asking.size === 0 && !this.#warned.has(code)) {
      this.#warned.add(code);
      warn("SPILLWAY_TAILER_UNUSABLE", error.message);
    }
    this.#settle(error);
  }

  #settle(outcome: Outcome): void {
    this.#outcome = outcome;
    const asking = [...this.#asking];
    this.#asking.clear();
    for (const answer of asking) answer(outcome);
  }
}

/**
 * Follows the write-ahead log of the pool's primary: what a transaction invalidates is announced even if its process
 * ends right after COMMIT or Redis is away, and so are changes of rows that have rules, whoever makes them.
 *
 * ```ts
 * const tailer = startTailer(pool, {
 *   rules: { product: (row) => [`product:${row.id}`, "products"] },
 * });
 * await tailer.check();
 * ```
 *
 * To be started in every process that has a cache: one of them works, and when it ends another takes its place. It
 * needs `wal_level = logical`, a role with REPLICATION that may create a publication of the tables, two free
 * replication slots for the moment of its first start, and a `max_slot_wal_keep_size`. When its slot is new or was
 * lost, and when the tables that have rules have changed, all caches are emptied once.
 *
 * Throws SPILLWAY_TAILER_SETTING; what only shows on contact is a warning, and thrown by `check()`. It connects
 * at once, so not while an app is built; stop it before the pool ends.
 */
export function startTailer(pool: SpillwayPool, options: TailerOptions = {}): Tailer {
  const insides = poolInsides.get(pool);
  if (insides === undefined)
    throw new SpillwayError("SPILLWAY_TAILER_SETTING", {
      setting: "pool",
      found: typeof pool,
      expected: "a SpillwayPool",
    });
  return new Tailer(insides, tailerSettings(options));
}
