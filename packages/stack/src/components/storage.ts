// Object storage: an S3 server on the local disk.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { nodeNamed } from "../topology/topology.ts";
import type { Component } from "./component.ts";
import type { Command } from "../process/command.ts";
import type { StackContext } from "./context.ts";
import { askHttp } from "./probe.ts";
import { originHeader, storageHealthPath } from "./storage-server/contract.ts";

export function storageComponent({ folder, topology, settings, secrets }: StackContext): Component {
  const name = "storage";
  const home = folder.of(name);
  const directory = join(home, "data");
  const port = nodeNamed(topology, name).ports["main"]!;

  return {
    name,
    role: "storage",
    port,
    startTimeoutMs: 30_000,
    stop: { signal: "SIGTERM", to: "leader", timeoutMs: 5_000 },
    health: { intervalMs: 2_000, timeoutMs: 2_000, replaceAfterSilentMs: 15_000 },
    permanentFailures: [/ERR_MODULE_NOT_FOUND|Cannot find (?:module|package)/, /EADDRINUSE/],

    async prepare() {
      mkdirSync(directory, { recursive: true, mode: 0o700 });
    },

    command(): Command {
      const extension = import.meta.url.slice(import.meta.url.lastIndexOf("."));
      return {
        file: process.execPath,
        // s3rver seals its continuation tokens with a cipher that OpenSSL 3 calls legacy; without it a listing
        // of more than one page fails.
        args: [
          "--openssl-legacy-provider",
          fileURLToPath(new URL(`storage-server/main${extension}`, import.meta.url)),
        ],
        cwd: home,
        env: {
          PORT: String(port),
          DIRECTORY: directory,
          BUCKET: settings.storage.bucket,
          AWS_ACCESS_KEY_ID: secrets.s3AccessKeyId,
          AWS_SECRET_ACCESS_KEY: secrets.s3SecretAccessKey,
          ORIGIN_SECRET: secrets.origin,
        },
      };
    },

    /** Reads from the bucket as the edges do. */
    probe: (timeoutMs) =>
      askHttp({
        port,
        timeoutMs,
        path: storageHealthPath(settings.storage.bucket),
        headers: { [originHeader]: secrets.origin },
        serves: (status) => status === 404 || status === 200,
      }),
  };
}
