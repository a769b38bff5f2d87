// The storage tier alone, through its real process.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "../../../../testing/free-port.ts";
import { askHttp } from "../../src/components/probe.ts";
import { originHeader, storageHealthPath } from "../../src/components/storage-server/contract.ts";
import { type S3Client, sdk } from "./aws.ts";
import { until } from "./until.ts";

const main = fileURLToPath(new URL("../../src/components/storage-server/main.ts", import.meta.url));

export const storageSecrets = {
  bucket: "app",
  accessKeyId: "SPWTEST",
  secretAccessKey: "a-secret-of-the-test",
  origin: "an-origin-of-the-test",
} as const;

export class TestStorage {
  readonly port: number;
  readonly #home: string = mkdtempSync(join(tmpdir(), "spillway-storage-"));
  #child: ChildProcess;

  constructor(port: number) {
    this.port = port;
    this.#child = this.#spawn();
  }

  static async start(): Promise<TestStorage> {
    const storage = new TestStorage(await freePort());
    await storage.#started();
    return storage;
  }

  /** Ends it without notice in whatever it does, and starts it again with what it had. */
  async crash(): Promise<void> {
    const exited = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await exited;
    this.#child = this.#spawn();
    await this.#started();
  }

  get folder(): string {
    return join(this.#home, "data");
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** The files that lie in the folder, by their paths. */
  files(): string[] {
    const entries = readdirSync(this.folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    return files.map(({ parentPath, name }) => join(parentPath, name)).toSorted();
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The SDK with these keys; without trying again, so that each answer shows. */
  client(credentials: { accessKeyId: string; secretAccessKey: string } = storageSecrets): S3Client {
    const options = { endpoint: this.url, region: "us-east-1", forcePathStyle: true, maxAttempts: 1 };
    return new sdk.S3Client({ ...options, credentials });
  }

  /** Resolves with the exit code of a process that was asked to end. */
  async stop(): Promise<number | null> {
    const exited = once(this.#child, "exit") as Promise<[number | null]>;
    this.#child.kill("SIGTERM");
    const [code] = await exited;
    rmSync(this.#home, { recursive: true, force: true });
    return code;
  }

  #spawn(): ChildProcess {
    const { bucket, accessKeyId, secretAccessKey, origin } = storageSecrets;
    return spawn(process.execPath, ["--openssl-legacy-provider", main], {
      stdio: ["ignore", "ignore", "inherit"],
      env: {
        PORT: String(this.port),
        DIRECTORY: this.folder,
        BUCKET: bucket,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        ORIGIN_SECRET: origin,
      },
    });
  }

  async #started(): Promise<void> {
    await until(() => this.#answers(), { what: "the storage to answer", timeoutMs: 15_000 });
  }

  async #answers(): Promise<boolean> {
    const { state } = await askHttp({
      port: this.port,
      path: storageHealthPath(storageSecrets.bucket),
      timeoutMs: 1_000,
      headers: { [originHeader]: storageSecrets.origin },
      serves: (status) => status === 404,
    });
    return state === "ready";
  }
}
