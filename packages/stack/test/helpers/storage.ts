// The storage tier alone, through its real process.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "../../../../testing/free-port.ts";
import { askHttp } from "../../src/components/probe.ts";
import { originHeader, storageHealthPath } from "../../src/components/storage-server/contract.ts";
import { until } from "./until.ts";

const main = fileURLToPath(new URL("../../src/components/storage-server/main.ts", import.meta.url));

export const storageSecrets = {
  bucket: "app",
  accessKeyId: "SPWTEST",
  secretAccessKey: "a-secret-of-the-test",
  origin: "an-origin-of-the-test",
} as const;

export class TestStorage {
  readonly #child: ChildProcess;
  readonly #home: string;
  readonly port: number;

  constructor(port: number) {
    const { bucket, accessKeyId, secretAccessKey, origin } = storageSecrets;
    this.port = port;
    this.#home = mkdtempSync(join(tmpdir(), "spillway-storage-"));
    this.#child = spawn(process.execPath, ["--openssl-legacy-provider", main], {
      stdio: ["ignore", "ignore", "inherit"],
      env: {
        PORT: String(port),
        DIRECTORY: join(this.#home, "data"),
        BUCKET: bucket,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        ORIGIN_SECRET: origin,
      },
    });
  }

  static async start(): Promise<TestStorage> {
    const storage = new TestStorage(await freePort());
    await until(() => storage.#answers(), { what: "the storage to answer", timeoutMs: 15_000 });
    return storage;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Resolves with the exit code of a process that was asked to end. */
  async stop(): Promise<number | null> {
    const exited = once(this.#child, "exit") as Promise<[number | null]>;
    this.#child.kill("SIGTERM");
    const [code] = await exited;
    rmSync(this.#home, { recursive: true, force: true });
    return code;
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
