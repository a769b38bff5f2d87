// A server's process that a test may end, freeze and start again.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

export class ChildServer {
  #child: ChildProcess | undefined;

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** It ends with the process that started it, whatever becomes of that. */
  start(command: readonly string[], env?: NodeJS.ProcessEnv): void {
    this.#child = spawn("setpriv", ["--pdeathsig", "KILL", "--", ...command], {
      stdio: ["ignore", "ignore", "inherit"],
      ...(env === undefined ? {} : { env }),
    });
    this.#child.unref();
  }

  freeze(): void {
    this.#child?.kill("SIGSTOP");
  }

  thaw(): void {
    this.#child?.kill("SIGCONT");
  }

  /** Resolves when it has ended, also when it was frozen or had ended before. */
  async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.ref();
    const ended = once(child, "exit");
    child.kill("SIGCONT");
    child.kill(signal);
    await ended;
  }
}
