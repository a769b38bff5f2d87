// What a Next.js build says of itself.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The id of the Next.js build that would be started, or undefined when there is none. */
export function nextBuildId(dir: string): string | undefined {
  const file = join(dir, ".next", "BUILD_ID");
  return existsSync(file) ? readFileSync(file, "utf8").trim() : undefined;
}
