// What a Next.js app is given at its build and at its start, so that it is right on many servers without an edit.

import { randomBytes } from "node:crypto";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { endDeployment, noteBuild } from "spillway/next";
import { redisUrl } from "../../topology/environment.ts";
import type { Settings } from "../../config/settings.ts";
import { nextVersionOf, usesNext } from "../../config/detect.ts";
import type { StackContext } from "../context.ts";
import { builtConfig } from "./next-build.ts";
import { concernsOf, mixedParts, refuseExport } from "./next-concerns.ts";
import type { Version } from "./version.ts";

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
    SPILLWAY_COMPRESSED: "1",
  };
}

/** Where a server of that version finds its build. */
export function nextServerEnvironment(
  context: StackContext,
  { deployment, build }: Version,
): Record<string, string> {
  const place = build === undefined ? {} : { SPILLWAY_NEXT_BUILD: relative(context.folder.app, build) };
  return { ...nextEnvironment(context, deployment), ...place };
}

/** Tells the caches since when what is about to be built is true. Without it they take nothing from the build. */
export async function noteNextBuild(
  { folder, topology, secrets }: StackContext,
  deployment: string,
): Promise<void> {
  if (!usesNext(folder.app)) return;
  await noteBuild({ redis: redisUrl(topology, secrets), deployment }).catch(() => undefined);
}

/** Ends at the edges what a version has answered. Rejects when Redis does not take it. */
export function endNextDeployment({ topology, secrets }: StackContext, deployment: string): Promise<void> {
  return endDeployment({ redis: redisUrl(topology, secrets), deployment });
}

/** What to say of the app before it takes traffic. Throws SPW_NEXT_EXPORT. */
export function nextConcerns({ folder }: StackContext, app: Settings["app"]): string[] {
  const version = nextVersionOf(folder.app);
  if (version === undefined) return [];
  refuseExport(folder);
  const config = builtConfig(folder.nextBuild);
  if (config === undefined) return [];
  const givenDeployment = app.env["NEXT_DEPLOYMENT_ID"];
  return concernsOf({ version, config, givenDeployment, mixed: mixedParts(folder.app, folder.nextBuild) });
}
