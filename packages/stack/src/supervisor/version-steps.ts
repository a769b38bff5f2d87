// What is done before the first server of a version starts: its build, its release commands, its static files.

import { assetsOf } from "../components/app/assets/files.ts";
import { publishAssets } from "../components/app/assets/publish.ts";
import { build, needsBuild } from "../components/app/build.ts";
import { nextConcerns } from "../components/app/next.ts";
import { release } from "../components/app/release.ts";
import { type Version, latestVersion } from "../components/app/version.ts";
import type { StackContext } from "../components/context.ts";
import type { Settings } from "../config/settings.ts";
import type { Journal } from "../process/journal.ts";
import { allOrFirstError } from "./all-or-first-error.ts";
import type { Event } from "./events.ts";
import type { Redact } from "./redact.ts";

export interface Steps {
  context: StackContext;
  /** How this version is built, released and started. */
  app: Settings["app"];
  /** `Next.js 16.4.6`. */
  title: string;
  journal: Journal;
  signal: AbortSignal;
  redact: Redact;
  emit: (event: Event) => void;
}

/** Builds what was changed. Throws SPW_BUILD_FAILED. */
export async function buildStep({ context, app, title, journal, signal, emit }: Steps): Promise<void> {
  if (!needsBuild(context, app.build)) return;
  const began = Date.now();
  emit({ type: "note", text: `building (${String(app.build)})` });
  await build(context, { app, journal, signal });
  report({ signal, emit }, { tier: "build", detail: title, began });
}

/** The rest of it, once the data tiers serve. Throws SPW_NEXT_EXPORT, SPW_RELEASE_FAILED and SPW_ASSETS_FAILED. */
export async function finishStep(steps: Steps): Promise<Version> {
  const { context, app, emit } = steps;
  for (const text of nextConcerns(context, app)) emit({ type: "note", text });
  const version = latestVersion(context.folder, app);
  await allOrFirstError([releaseStep(steps), publishStep(steps, version)]);
  return version;
}

async function releaseStep({ context, app, journal, signal, redact, emit }: Steps): Promise<void> {
  const { release: commands } = app;
  if (commands.length === 0 || signal.aborted) return;
  const began = Date.now();
  const onProgress = (label: string, percent: number): void => emit({ type: "progress", label, percent });
  await release(context, { app, journal, signal, redact, onProgress });
  const detail = commands.length === 1 ? commands[0]! : `${commands.length} commands`;
  report({ signal, emit }, { tier: "release", detail, began });
}

async function publishStep({ context, journal, signal, emit }: Steps, version: Version): Promise<void> {
  const { build: from = context.folder.nextBuild } = version;
  if (assetsOf(from).length === 0 || signal.aborted) return;
  const began = Date.now();
  const detail = await publishAssets(context, { build: from, journal, signal });
  report({ signal, emit }, { tier: "assets", detail, began });
}

function report(
  { signal, emit }: Pick<Steps, "signal" | "emit">,
  { tier, detail, began }: { tier: string; detail: string; began: number },
): void {
  if (!signal.aborted) emit({ type: "tier", tier, detail, tookMs: Date.now() - began });
}
