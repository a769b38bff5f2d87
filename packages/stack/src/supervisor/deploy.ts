// Puts a new version in the place of the current one, with no request lost.

import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { endNextDeployment } from "../components/app/next.ts";
import { type Version, forgetVersions } from "../components/app/version.ts";
import { leaves } from "../config/merge.ts";
import type { Settings } from "../config/settings.ts";
import { SpillwayError } from "../errors.ts";
import type { Rollout } from "./rollout.ts";
import { type Steps, buildStep, finishStep } from "./version-steps.ts";

const purgeWithinMs = 30_000;
const purgePauseMs = 500;

/**
 * Builds, uploads, starts servers beside the old ones, has the balancer send them what is asked for, empties the edges of
 * what the old version answered, and lets the old servers finish. Until the servers of the new version all answer, nothing
 * has changed: then it throws the cause. Throws SPW_DEPLOY_PURGE where the edges could not be told.
 */
export async function deployVersion(rollout: Rollout, steps: Steps): Promise<Version> {
  const { context, app, signal } = steps;
  const before = rollout.current;
  await buildStep(steps);
  try {
    const version = await finishStep(steps);
    await told(steps, { tier: `app ×${rollout.size}`, of: version }, () => rollout.replace(version));
    const ended = endAtEdges(steps, rollout.overtaken);
    // Waited for below: the old servers are not to stay because Redis is away.
    ended.catch(() => undefined);
    await told(steps, { tier: "drained", of: before }, () => rollout.retirePrevious(app.previousVersionMs));
    await ended;
    if (signal.aborted) throw new SpillwayError("SPW_NOT_RUNNING", { dir: context.folder.app });
    return version;
  } finally {
    forgetVersions(context.folder, rollout.versions);
  }
}

async function told(
  { emit, title }: Steps,
  { tier, of }: { tier: string; of: Version },
  step: () => Promise<void>,
): Promise<void> {
  const began = Date.now();
  await step();
  emit({ type: "tier", tier, detail: of.deployment ?? title, tookMs: Date.now() - began });
}

/** Tries again while Redis is away: what is not ended would be answered for as long as the old version allowed. */
async function endAtEdges({ context, signal }: Steps, overtaken: Set<string>): Promise<void> {
  const deadline = Date.now() + purgeWithinMs;
  for (;;) {
    try {
      for (const deployment of overtaken) {
        await endNextDeployment(context, deployment);
        overtaken.delete(deployment);
      }
      return;
    } catch (error) {
      if (signal.aborted) return;
      if (Date.now() > deadline)
        throw new SpillwayError("SPW_DEPLOY_PURGE", { problem: (error as Error).message }, { cause: error });
    }
    await sleep(purgePauseMs);
  }
}

/** What a deploy takes of the config; the rest of the stack stays as it was started. */
const taken: ReadonlySet<string> = new Set([
  "app.start",
  "app.build",
  "app.release",
  "app.env",
  "app.previousVersionMs",
]);

/** The settings that differ and are not taken, by dotted path. */
export function fixedChanges(running: Settings, asked: Settings): string[] {
  const now = new Map(leaves(asked));
  return leaves(running)
    .filter(([path, value]) => !taken.has(path) && !isDeepStrictEqual(value, now.get(path)))
    .map(([path]) => path);
}
