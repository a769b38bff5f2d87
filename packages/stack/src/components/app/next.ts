// What a Next.js app is given at its build and at its start, so that it is right on many servers without an edit.

import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { noteBuild } from "spillway/next";
import { nodeNamed } from "../../topology/topology.ts";
import { nextVersionOf, usesNext } from "../../config/detect.ts";
import type { StackContext } from "../context.ts";
import { builtConfig } from "./next-build.ts";
import { concernsOf, refuseExport } from "./next-concerns.ts";

/** A name for one build that Next.js takes (Next.js documentation, "deploymentId"). */
export function newDeployment(): string {
  return `${Date.now().toString(36)}-${randomBytes(3).toString("hex")}`;
}

/**
 * The adapter, which Next.js looks for at both; the build's name; and the secret that its key for Server Actions is made
 * of. The app's own settings stay above them.
 */
export function nextEnvironment(
  { folder, secrets }: StackContext,
  deployment: string | undefined,
): Record<string, string> {
  if (!usesNext(folder.app)) return {};
  return {
    NEXT_ADAPTER_PATH: fileURLToPath(import.meta.resolve("spillway/next")),
    ...(deployment === undefined ? {} : { NEXT_DEPLOYMENT_ID: deployment }),
    SPILLWAY_SECRET: secrets.token,
  };
}

/** Tells the caches since when what is about to be built is true. Without it they take nothing from the build. */
export async function noteNextBuild(
  { folder, topology, secrets }: StackContext,
  deployment: string,
): Promise<void> {
  if (!usesNext(folder.app)) return;
  const redis = `redis://:${secrets.redis}@127.0.0.1:${nodeNamed(topology, "cache").ports["main"]}`;
  await noteBuild({ redis, deployment }).catch(() => undefined);
}

/** What to say of the app before it takes traffic. Throws SPW_NEXT_EXPORT. */
export function nextConcerns({ folder }: StackContext): string[] {
  const version = nextVersionOf(folder.app);
  if (version === undefined) return [];
  refuseExport(folder.app);
  const config = builtConfig(folder.app);
  return config === undefined ? [] : concernsOf({ version, config });
}
