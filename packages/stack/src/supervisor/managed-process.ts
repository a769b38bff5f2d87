// One component's process over its life: start, watch, restart after a crash, stop.

import { setTimeout as sleep } from "node:timers/promises";
import type { Component } from "../components/component.ts";
import { SpillwayError } from "../errors.ts";
import type { StackFolder } from "../state/folder.ts";
import { Backoff } from "./backoff.ts";
import { endGroup, killGroup } from "../process/end-group.ts";
import type { Journal } from "../process/journal.ts";
import { causeIn, rotate, sizeOf, textSince } from "../process/log-tail.ts";
import { processInfo } from "../process/procfs.ts";
import { describeExit, spawnLogged } from "../process/spawn.ts";

/**
 * `ready` serves; `unready` runs but does not; `restarting` waits for its next start; `failed` ended for a
 * reason that another start would not change.
 */
export type ProcessState =
  | "stopped"
  | "starting"
  | "ready"
  | "unready"
  | "restarting"
  | "stopping"
  | "failed";

export interface Surroundings {
  folder: StackFolder;
  journal: Journal;
  /** Told of every change of state, with the reason where there is one. */
  onState(process: ManagedProcess, before: ProcessState): void;
  /** Takes the stack's passwords out of a text that will be shown. */
  redact(text: string): string;
}

interface Run {
  pid: number;
  startTicks: number;
  startedAt: number;
  exited: Promise<string>;
  /** How it ended; undefined while it lives. */
  ended?: string;
}

const startPollMs = 50;

export class ManagedProcess {
  readonly component: Component;
  readonly #surroundings: Surroundings;
  readonly #backoff = new Backoff();
  #state: ProcessState = "stopped";
  #run: Run | undefined;
  #wanted = false;
  /** Counts starts and stops, so that a restart that waits can tell that it was overtaken. */
  #life = 0;
  #readyAt = 0;
  #reason = "";
  #restarts = 0;
  /** Where the log of the latest attempt begins. What an earlier run wrote explains nothing of this one. */
  #logOffset = 0;

  constructor(component: Component, surroundings: Surroundings) {
    this.component = component;
    this.#surroundings = surroundings;
  }

  get state(): ProcessState {
    return this.#state;
  }
  /** Why it is in its state, or empty. */
  get reason(): string {
    return this.#reason;
  }
  get pid(): number | undefined {
    return this.#run?.ended === undefined ? this.#run?.pid : undefined;
  }
  get restarts(): number {
    return this.#restarts;
  }
  get uptimeSeconds(): number {
    return this.pid === undefined ? 0 : Math.round((Date.now() - this.#run!.startedAt) / 1000);
  }
  get log(): string {
    return this.#surroundings.folder.log(this.component.name);
  }

  /** What it wrote since its last start. */
  get recentLog(): string {
    return textSince(this.log, this.#logOffset);
  }

  /** Starts it and resolves when it serves. Throws why it did not; nothing is left running then. */
  async start(): Promise<void> {
    this.#wanted = true;
    this.#life++;
    for (;;) {
      try {
        await this.#attempt();
        return;
      } catch (error) {
        await this.#abandon();
        if (!this.#wanted) return;
        if (await this.#recover().catch((fatal: unknown) => this.#fail(fatal))) continue;
        this.#fail(error);
      }
    }
  }

  /** Asks it to end, within its bound; a start or restart under way is called off. */
  async stop(): Promise<void> {
    this.#wanted = false;
    this.#life++;
    const run = this.#run;
    if (run !== undefined) {
      this.#enter("stopping", "");
      await endGroup(run, this.component.stop);
    }
    await this.component.dispose?.();
    this.#enter("stopped", "");
  }

  /** Kills a process that no longer answers; its end is then handled as a crash. */
  async replace(reason: string): Promise<void> {
    if (this.#run === undefined || this.pid === undefined) return;
    this.#reason = reason;
    await killGroup(this.#run);
  }

  /** What the probe found of a process that was ready before. */
  observe(serves: boolean, reason: string): void {
    if (this.#state !== "ready" && this.#state !== "unready") return;
    if (serves && this.#state === "unready") this.#enter("ready", "");
    if (!serves) this.#enter("unready", reason);
  }

  /** Lets the component repair what its log tells of. False: another start would end the same way. */
  async #recover(): Promise<boolean> {
    return (await this.component.recover?.(this.recentLog)) === true;
  }

  #fail(error: unknown): never {
    this.#enter("failed", this.#surroundings.redact((error as Error).message));
    throw error;
  }

  async #attempt(): Promise<void> {
    this.#enter("starting", "");
    this.#logOffset = sizeOf(this.log);
    await this.component.prepare();
    if (!this.#wanted) return;
    const run = await this.#spawn();
    await this.#untilReady(run);
    await this.component.afterStart?.();
    if (!this.#wanted) return;
    this.#readyAt = Date.now();
    this.#enter("ready", "");
    void run.exited.then((how) => this.#onExit(run, how));
  }

  async #spawn(): Promise<Run> {
    rotate(this.log);
    this.#logOffset = sizeOf(this.log);
    const child = spawnLogged(this.component.command(), this.log);
    const exited = new Promise<string>((resolve) => {
      child.once("error", (error) => resolve(error.message));
      child.once("exit", (code, signal) => resolve(describeExit(code, signal)));
    });
    const { pid } = child;
    if (pid === undefined) throw this.#exitError(await exited);
    this.#surroundings.journal.record(this.component.name, pid, this.component.stop);
    const run: Run = { pid, startTicks: processInfo(pid)?.startTicks ?? 0, startedAt: Date.now(), exited };
    void exited.then((how) => (run.ended = how));
    this.#run = run;
    return run;
  }

  async #untilReady(run: Run): Promise<void> {
    const deadline = run.startedAt + this.component.startTimeoutMs;
    let reason = "no answer yet";
    while (Date.now() < deadline) {
      if (!this.#wanted) return;
      if (run.ended !== undefined) throw this.#exitError(run.ended);
      const result = await this.component.probe(this.component.health.timeoutMs);
      if (result.state === "ready") return;
      reason = result.reason;
      await Promise.race([sleep(startPollMs), run.exited]);
    }
    throw new SpillwayError("SPW_COMPONENT_NOT_READY", {
      name: this.component.name,
      seconds: this.component.startTimeoutMs / 1000,
      log: this.log,
      cause: this.#surroundings.redact(reason),
    });
  }

  #exitError(how: string): SpillwayError {
    return new SpillwayError("SPW_COMPONENT_EXITED", {
      name: this.component.name,
      how,
      log: this.log,
      cause: this.#surroundings.redact(causeIn(this.recentLog)),
    });
  }

  /** Ends what a failed start left, also members that outlived their leader. */
  async #abandon(): Promise<void> {
    if (this.#run !== undefined) await killGroup(this.#run);
  }

  #onExit(run: Run, how: string): void {
    if (this.#run !== run || !this.#wanted) return;
    void this.#restart(how);
  }

  async #restart(how: string): Promise<void> {
    let why = this.#reason === "" ? how : this.#reason;
    const life = this.#life;
    const isOvertaken = (): boolean => !this.#wanted || this.#life !== life;
    while (!isOvertaken()) {
      await this.#abandon();
      if (isOvertaken()) return;
      const log = this.recentLog;
      if (this.component.permanentFailures.some((pattern) => pattern.test(log))) {
        this.#enter("failed", this.#surroundings.redact(causeIn(log)));
        return;
      }
      this.#enter("restarting", why);
      await sleep(this.#backoff.next(this.#readyAt === 0 ? 0 : Date.now() - this.#readyAt));
      if (isOvertaken()) return;
      this.#readyAt = 0;
      this.#restarts++;
      try {
        await this.#attempt();
        return;
      } catch (error) {
        why = (error as Error).message;
        await this.#recover().catch((fatal: unknown) => (why = (fatal as Error).message));
      }
    }
  }

  #enter(state: ProcessState, reason: string): void {
    const before = this.#state;
    this.#state = state;
    this.#reason = reason;
    if (before !== state) this.#surroundings.onState(this, before);
  }
}
