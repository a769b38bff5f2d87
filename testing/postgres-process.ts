// The life of one PostgreSQL server's process: started, asked to end, frozen, killed.

import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { waitUntil } from "../packages/spillway/test/wait.ts";
import { sizeOf, textSince } from "../packages/stack/src/process/log-tail.ts";
import { describeExit, spawnLogged } from "../packages/stack/src/process/spawn.ts";
import { readIfPresent } from "../packages/stack/src/state/files.ts";
import { freezeFamily, killFamily, thawFamily } from "./family.ts";
import { type PostgresHome, dataDirOf } from "./postgres-home.ts";

/** pg_ctl(1), "Shutdown Modes". */
const stopSignals = { fast: "SIGINT", immediate: "SIGQUIT" } as const;
export type StopMode = keyof typeof stopSignals;

/** Of postmaster.pid: its line 1 is the pid, its line 8 the state (PostgreSQL, `miscadmin.h`). */
const stateLine = 7;
const shownLines = 20;

export class PostgresProcess {
  readonly #home: PostgresHome;
  readonly #name: string;
  #child: ChildProcess | undefined;

  constructor(home: PostgresHome, name: string) {
    this.#home = home;
    this.#name = name;
  }

  get isRunning(): boolean {
    return this.#child !== undefined;
  }

  /** Resolves when it accepts connections. A failure shows the last lines of its log. */
  async start(): Promise<void> {
    if (this.#child !== undefined) throw new Error(`${this.#name} runs already`);
    const { folder, bin, user } = this.#home;
    const log = join(folder, this.#name, "log");
    const offset = sizeOf(log);
    const args = ["-D", dataDirOf(this.#home, this.#name)];
    const command = { file: join(bin, "postgres"), args, cwd: "/", env: { LC_ALL: "C.UTF-8" } };
    const child = spawnLogged(user === undefined ? command : { ...command, user }, log);
    // Not a reason to stay for: should this process end, the watchdog ends the server.
    child.unref();
    this.#child = child;
    child.once("exit", () => (this.#child = undefined));
    const said = () => textSince(log, offset).split("\n").slice(-shownLines).join("\n");
    await waitUntil(() => this.#isReady() || !this.isRunning, `${this.#name} to accept connections`, said);
    if (this.isRunning) return;
    const end = describeExit(child.exitCode, child.signalCode);
    throw new Error(`${this.#name} did not start (${end}):\n${said()}`);
  }

  async stop(mode: StopMode): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    this.thaw();
    child.ref();
    const ended = once(child, "exit");
    child.kill(stopSignals[mode]);
    await ended;
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    child.ref();
    await Promise.all([once(child, "exit"), killFamily(child.pid!)]);
  }

  async freeze(): Promise<void> {
    if (this.#child !== undefined) await freezeFamily(this.#child.pid!);
  }

  thaw(): void {
    if (this.#child !== undefined) thawFamily(this.#child.pid!);
  }

  #isReady(): boolean {
    const file = join(dataDirOf(this.#home, this.#name), "postmaster.pid");
    const lines = (readIfPresent(file) ?? "").split("\n");
    // A killed server leaves its file behind, so the pid must be this one's.
    return Number(lines[0]) === this.#child?.pid && lines[stateLine]?.trim() === "ready";
  }
}
