// The routes that `next build` wrote down.

import { readFileSync } from "node:fs";
import { join } from "node:path";

interface ManifestRoute {
  page: string;
  regex: string;
}

interface Manifest {
  basePath?: string;
  staticRoutes?: ManifestRoute[];
  dynamicRoutes?: ManifestRoute[];
}

interface Routes {
  basePath: string;
  patterns: { page: string; pattern: RegExp }[];
}

let routes: Routes | undefined;

/** The page whose pattern matches `path`, in Next's own order: static ones first. */
export function manifestRoute(path: string): string | undefined {
  routes ??= readRoutes();
  const { basePath, patterns } = routes;
  if (!path.startsWith(basePath)) return undefined;
  const inner = path.slice(basePath.length) || "/";
  return patterns.find(({ pattern }) => pattern.test(inner))?.page;
}

/** `next start` and the standalone server both run with the app's folder as working directory. */
function readRoutes(): Routes {
  const manifest = readManifest(join(process.cwd(), ".next", "routes-manifest.json"));
  const pages = [...(manifest.staticRoutes ?? []), ...(manifest.dynamicRoutes ?? [])];
  return {
    basePath: manifest.basePath ?? "",
    patterns: pages.map(({ page, regex }) => ({ page, pattern: new RegExp(regex) })),
  };
}

/** A build with another `distDir` has none here; its routes are then known only by metadata. */
function readManifest(file: string): Manifest {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Manifest;
  } catch {
    return {};
  }
}
