// A process under test as it is seen from outside: asked, halted, killed.

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Answer, FromWorker, Request, Surroundings } from "./messages.ts";

const program = fileURLToPath(new URL("worker.ts", import.meta.url));

/** Longer than anything that was promised an end takes. */
const patienceMs = 8_000;

/** Signs the tokens of all processes, also of those that come later. */
const secret = "a secret of the checker alone";

interface Waiting {
  resolve: (answer: Answer) => void;
  reject: (error: Error) => void;
  timer: NodeJS.Timeout;
}

/** One life of a process: who takes its place has another name. */
export class Worker {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  readonly #ready: Promise<void>;
  #asked = 0;
  #isHalted = false;

  constructor(name: string, surroundings: Surroundings) {
    this.name = name;
    // It ends with the process that started it, halted or not.
    const execArgv = ["--pdeathsig", "KILL", "--", process.execPath, "--no-warnings"];
    const given = { CHECKER_WORLD: JSON.stringify(surroundings), SPILLWAY_SECRET: secret, REDIS_URL: "" };
    const env = { ...process.env, ...given };
    this.#child = fork(program, {
      execPath: "setpriv",
      execArgv,
      env,
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    this.#child.on("message", (message: FromWorker) => this.#heard(message));
    this.#child.once("exit", () => this.#ended());
    this.#child.on("error", () => undefined);
    this.#ready = this.#answerTo(0).then(() => undefined);
    this.#ready.catch(() => undefined);
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  get isHalted(): boolean {
    return this.#isHalted;
  }

  ready(): Promise<void> {
    return this.#ready;
  }

  /** Rejects if it says so, has ended, or says nothing for too long. */
  async ask(request: Request): Promise<Answer> {
    if (!this.isAlive) throw new Error(`${this.name} has ended`);
    const id = ++this.#asked;
    const answer = this.#answerTo(id);
    this.#child.send({ id, request }, () => undefined);
    return await answer;
  }

  halt(): void {
    this.#isHalted = true;
    this.#child.kill("SIGSTOP");
  }

  resume(): void {
    this.#isHalted = false;
    this.#child.kill("SIGCONT");
  }

  async kill(): Promise<void> {
    if (!this.isAlive) return;
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await ended;
  }

  #answerTo(id: number): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const late = (): void => this.#reject(id, `${this.name} says nothing`);
      this.#waiting.set(id, { resolve, reject, timer: setTimeout(late, patienceMs) });
    });
  }

  #heard(message: FromWorker): void {
    const waiting = this.#waiting.get(message.id);
    if (waiting === undefined) return;
    if ("problem" in message) return this.#reject(message.id, message.problem);
    this.#waiting.delete(message.id);
    clearTimeout(waiting.timer);
    waiting.resolve(message.answer);
  }

  #reject(id: number, problem: string): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    clearTimeout(waiting?.timer);
    waiting?.reject(new Error(problem));
  }

  #ended(): void {
    for (const id of this.#waiting.keys()) this.#reject(id, `${this.name} has ended`);
  }
}
