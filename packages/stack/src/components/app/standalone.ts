// Next.js with `output: "standalone"`: its own server file, which lacks the static files until they are put
// beside it (Next.js documentation, "output").

import { cpSync, existsSync } from "node:fs";
import { join, relative } from "node:path";
import { builtConfig } from "./next-build.ts";

/** Of the app in `dir`, in the folder of a build: the standalone server, or undefined when the build is an ordinary one. */
export function standaloneServer(dir: string, build: string): string | undefined {
  const home = standaloneHome(dir, build);
  return home === undefined ? undefined : join(home, "server.js");
}

/** Puts the static files and `public` beside the standalone server. Called after a build. */
export function completeStandalone(dir: string, build: string): void {
  const home = standaloneHome(dir, build);
  if (home === undefined) return;
  cpSync(join(build, "static"), join(home, ".next/static"), { recursive: true });
  if (existsSync(join(dir, "public"))) cpSync(join(dir, "public"), join(home, "public"), { recursive: true });
}

// In a monorepo the server lies as deep below the standalone folder as the app below the traced root.
function standaloneHome(dir: string, build: string): string | undefined {
  const config = builtConfig(build);
  if (config?.output !== "standalone") return undefined;
  const depth = relative(config.outputFileTracingRoot ?? dir, dir);
  return [join(build, "standalone", depth), join(build, "standalone")].find((home) =>
    existsSync(join(home, "server.js")),
  );
}
