// Processes that do jobs for the benchmark. They end with the stack that they are given, or with this process.

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { Answer, Jobs } from "./child.ts";

const program = new URL("child.ts", import.meta.url);

export class Child {
  readonly #process: ChildProcess;

  constructor() {
    this.#process = fork(program, { execArgv: ["--expose-gc", "--no-warnings"] });
  }

  /** Has it do a job, one at a time. Rejects with what the job throws. */
  async run<Name extends keyof Jobs>(
    job: Name,
    order: Parameters<Jobs[Name]>[0],
  ): Promise<Awaited<ReturnType<Jobs[Name]>>> {
    this.#process.send({ job, order });
    const [answer] = (await once(this.#process, "message")) as [Answer];
    if ("error" in answer) throw new Error(`${job}: ${answer.error}`);
    return answer.result as never;
  }

  async end(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, "exit");
    this.#process.kill("SIGKILL");
    await ended;
  }
}

export function startChildren(count: number, opened: AsyncDisposableStack): Child[] {
  return Array.from({ length: count }, () => opened.adopt(new Child(), (child) => child.end()));
}
