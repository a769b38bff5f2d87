// A version of the app as its servers run it.

import type { Settings } from "../../config/settings.ts";
import type { StackFolder } from "../../state/folder.ts";
import { forgetOthers, keptBuild } from "./kept-build.ts";
import { isOurAdapter } from "./next-concerns.ts";
import { type BuiltConfig, builtConfig } from "./next-build.ts";

export interface Version {
  /** How its pages name it in what they ask for (Next.js documentation, "deploymentId"); undefined where they do not. */
  deployment?: string;
  /**
   * The folder of its build, out of reach of the next one. Undefined: its servers run what lies in the app's folder, and
   * one that is started after the next build is of that.
   */
  build?: string;
  /** How it is built and started. */
  app: Settings["app"];
}

/** The version that was built last. */
export function latestVersion(folder: StackFolder, app: Settings["app"]): Version {
  const config = builtConfig(folder.nextBuild);
  if (config === undefined) return { app };
  return {
    app,
    ...(config.deploymentId ? { deployment: config.deploymentId } : {}),
    ...(runsElsewhere(config, app) ? { build: keptBuild(folder) } : {}),
  };
}

/** Deletes the builds that none of these runs. */
export function forgetVersions(folder: StackFolder, left: readonly Version[]): void {
  forgetOthers(folder, new Set(left.map(({ build }) => build)));
}

/** A standalone server knows nothing of where it lies; any other is told by the adapter. */
function runsElsewhere({ output, adapterPath }: BuiltConfig, { start }: Settings["app"]): boolean {
  return output === "standalone" ? start === "next start" : isOurAdapter(adapterPath);
}
