// Which files of a build go to storage, and under which keys.

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { atVersion, namedAlike } from "../../../render/edge/assets.ts";
import { builtConfig } from "../next-build.ts";

export interface Asset {
  file: string;
  /** The path under which pages ask for it, without the slash at its beginning. */
  key: string;
}

/** Beyond a year nothing is gained (RFC 9111, 5.3); a name here is never used again for other bytes (RFC 8246). */
export const assetCacheControl = "public, max-age=31536000, immutable";

const alike = new RegExp(`^(${namedAlike})$`);

/**
 * The static files of the Next.js build in that folder; none for another app. What lies in `public` has no digest in its
 * name: there an older version's file could not be kept beside a newer one's, and each server answers with its own.
 */
export function assetsOf(build: string): Asset[] {
  const folder = join(build, "static");
  if (!existsSync(folder)) return [];
  const { basePath = "", deploymentId = "" } = builtConfig(build) ?? {};
  const prefix = `${basePath}/_next/static/`.slice(1);
  const nameOf = (path: string): string => prefix + path.replace(alike, atVersion("$1", deploymentId));
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({ file, key: nameOf(file.slice(folder.length + 1)) }));
}
