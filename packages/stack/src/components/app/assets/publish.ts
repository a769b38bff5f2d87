// Puts a build's static files into storage before the first server of it starts: from then on the edges serve them to
// every page that asks, also one that an older version rendered.

import { fileURLToPath } from "node:url";
import { SpillwayError } from "../../../errors.ts";
import type { Journal } from "../../../process/journal.ts";
import { causeIn } from "../../../process/log-tail.ts";
import { nodeNamed } from "../../../topology/topology.ts";
import type { StackContext } from "../../context.ts";
import { runCommand } from "../run-command.ts";

export interface PublishOptions {
  /** The folder of the build. */
  build: string;
  journal: Journal;
  signal: AbortSignal;
}

/** Resolves with `64 files, 3 new`. Throws SPW_ASSETS_FAILED. */
export async function publishAssets(
  { folder, settings, topology, secrets }: StackContext,
  { build, journal, signal }: PublishOptions,
): Promise<string> {
  const log = folder.log("assets");
  const extension = import.meta.url.slice(import.meta.url.lastIndexOf("."));
  const result = await runCommand({
    name: "assets",
    command: {
      file: process.execPath,
      args: [fileURLToPath(new URL(`main${extension}`, import.meta.url))],
      cwd: folder.root,
      // The stack's own storage, as the edges read it, whatever the app itself was told to use.
      env: {
        BUILD: build,
        S3_BUCKET: settings.storage.bucket,
        AWS_REGION: "us-east-1",
        AWS_ACCESS_KEY_ID: secrets.s3AccessKeyId,
        AWS_SECRET_ACCESS_KEY: secrets.s3SecretAccessKey,
        AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${nodeNamed(topology, "storage").ports["main"]}`,
      },
    },
    log,
    journal,
    signal,
  });
  if (result.ok || signal.aborted) return result.output.trim();
  throw new SpillwayError("SPW_ASSETS_FAILED", { code: result.how, log, cause: causeIn(result.output) });
}
