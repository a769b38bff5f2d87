// The release commands: migrations and seeding, once the data tiers serve and before the first server starts.

import type { Settings } from "../../config/settings.ts";
import { SpillwayError } from "../../errors.ts";
import type { Journal } from "../../process/journal.ts";
import { causeIn } from "../../process/log-tail.ts";
import { appEnvironment } from "../../topology/environment.ts";
import type { StackContext } from "../context.ts";
import { commandEnvironment } from "./environment.ts";
import { runCommand } from "./run-command.ts";

export interface ReleaseOptions {
  /** The commands and their environment. */
  app: Settings["app"];
  journal: Journal;
  signal: AbortSignal;
  onProgress: (label: string, percent: number) => void;
  redact: (text: string) => string;
}

/** Runs them one after the other. Throws SPW_RELEASE_FAILED with the command's own last error. */
export async function release(context: StackContext, options: ReleaseOptions): Promise<void> {
  const { folder, topology, secrets } = context;
  const settings = { ...context.settings, app: options.app };
  const env = commandEnvironment(folder.app, appEnvironment(settings, topology, secrets));
  const log = folder.log("release");
  for (const command of settings.app.release) {
    const result = await runCommand({
      name: "release",
      command: { file: "/bin/sh", args: ["-c", command], cwd: folder.app, env },
      log,
      journal: options.journal,
      signal: options.signal,
      onOutput: (text) => reportProgress(text, options.onProgress),
    });
    if (result.ok) continue;
    const cause = options.redact(causeIn(result.output));
    throw new SpillwayError("SPW_RELEASE_FAILED", { command, code: result.how, log, cause });
  }
}

/** The last line of the form `products 42%`. */
function reportProgress(text: string, onProgress: ReleaseOptions["onProgress"]): void {
  const match = [...text.matchAll(/^(\S[^\n%]*?)\s+(\d{1,3})%\s*$/gm)].at(-1);
  if (match !== undefined) onProgress(match[1]!, Math.min(100, Number(match[2])));
}
