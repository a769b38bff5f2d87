// The stack's S3 server for tests and benchmarks, in a folder and on a port of its own.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { globSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { waitUntil } from "../packages/spillway/test/wait.ts";
import { originHeader, storageHealthPath } from "../packages/stack/src/components/storage-server/contract.ts";
import { freePort } from "./free-port.ts";

const program = new URL("../packages/stack/src/components/storage-server/main.ts", import.meta.url);

export async function startS3(): Promise<S3Server> {
  const server = new S3Server(await freePort());
  await server.start();
  return server;
}

export class S3Server {
  readonly port: number;
  readonly folder: string = mkdtempSync(join(tmpdir(), "spillway-s3-"));
  readonly bucket = "files";
  readonly accessKeyId = "key-of-the-test";
  readonly secretAccessKey = "secret-of-the-test";
  readonly originSecret = "origin-of-the-test";
  #child: ChildProcess | undefined;

  constructor(port: number) {
    this.port = port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** As the stack gives it to an app. */
  get environment(): Record<string, string> {
    return {
      S3_BUCKET: this.bucket,
      AWS_REGION: "us-east-1",
      AWS_ENDPOINT_URL_S3: this.url,
      AWS_ACCESS_KEY_ID: this.accessKeyId,
      AWS_SECRET_ACCESS_KEY: this.secretAccessKey,
    };
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Resolves when it answers. What it had is there again. */
  async start(): Promise<void> {
    const args = ["--openssl-legacy-provider", "--no-warnings", fileURLToPath(program)];
    // It ends with the process that started it, whatever becomes of that.
    this.#child = spawn("setpriv", ["--pdeathsig", "KILL", "--", process.execPath, ...args], {
      stdio: ["ignore", "ignore", "inherit"],
      env: {
        PATH: process.env["PATH"],
        PORT: String(this.port),
        DIRECTORY: this.folder,
        BUCKET: this.bucket,
        AWS_ACCESS_KEY_ID: this.accessKeyId,
        AWS_SECRET_ACCESS_KEY: this.secretAccessKey,
        ORIGIN_SECRET: this.originSecret,
      },
    });
    this.#child.unref();
    await waitUntil(() => this.#answers(), `S3 on port ${this.port} to answer`);
  }

  kill(): Promise<void> {
    return this.#end("SIGKILL");
  }

  freeze(): void {
    this.#child?.kill("SIGSTOP");
  }

  thaw(): void {
    this.#child?.kill("SIGCONT");
  }

  /** The keys of the objects that are there. */
  keys(): string[] {
    const mark = "._S3rver_object";
    return globSync(`**/*${mark}`, { cwd: join(this.folder, this.bucket) })
      .filter((file) => !file.includes("._S3rver_uploads"))
      .map((file) => file.slice(0, -mark.length))
      .toSorted();
  }

  /** Ends it and removes its folder. */
  async remove(): Promise<void> {
    await this.#end("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #answers(): Promise<boolean> {
    const answer = await fetch(this.url + storageHealthPath(this.bucket), {
      headers: { [originHeader]: this.originSecret },
    });
    await answer.body?.cancel();
    return answer.status === 404;
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
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
