// What a Next.js build says of itself.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The config that an app was built with, as far as it is looked at. */
export interface BuiltConfig {
  basePath?: string;
  output?: string;
  outputFileTracingRoot?: string;
  adapterPath?: string;
  deploymentId?: string;
  cacheHandler?: string;
  cacheHandlers?: Record<string, string>;
}

/** The id of the build in that folder, or undefined when there is none. */
export function nextBuildId(build: string): string | undefined {
  const file = join(build, "BUILD_ID");
  return existsSync(file) ? readFileSync(file, "utf8").trim() : undefined;
}

/** Undefined where there is no build. */
export function builtConfig(build: string): BuiltConfig | undefined {
  const file = join(build, "required-server-files.json");
  if (!existsSync(file)) return undefined;
  return (JSON.parse(readFileSync(file, "utf8")) as { config: BuiltConfig }).config;
}
