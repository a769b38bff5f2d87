// The stack's S3 server for tests and benchmarks, in a folder and on a port of its own.

import { globSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { waitUntil } from "../packages/spillway/test/wait.ts";
import { originHeader, storageHealthPath } from "../packages/stack/src/components/storage-server/contract.ts";
import { ChildServer } from "./child-server.ts";
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
  readonly #child: ChildServer = new ChildServer();

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
    return this.#child.pid;
  }

  /** Resolves when it answers. What it had is there again. */
  async start(): Promise<void> {
    const args = ["--openssl-legacy-provider", "--no-warnings", fileURLToPath(program)];
    this.#child.start([process.execPath, ...args], {
      PATH: process.env["PATH"],
      PORT: String(this.port),
      DIRECTORY: this.folder,
      BUCKET: this.bucket,
      AWS_ACCESS_KEY_ID: this.accessKeyId,
      AWS_SECRET_ACCESS_KEY: this.secretAccessKey,
      ORIGIN_SECRET: this.originSecret,
    });
    await waitUntil(() => this.#answers(), `S3 on port ${this.port} to answer`);
  }

  kill(): Promise<void> {
    return this.#child.end("SIGKILL");
  }

  freeze(): void {
    this.#child.freeze();
  }

  thaw(): void {
    this.#child.thaw();
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
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #answers(): Promise<boolean> {
    const answer = await fetch(this.url + storageHealthPath(this.bucket), {
      headers: { [originHeader]: this.originSecret },
    });
    await answer.body?.cancel();
    return answer.status === 404;
  }
}
