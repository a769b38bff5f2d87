// Next.js with `output: "standalone"`: its own server file, which lacks the static files until they are put
// beside it (Next.js documentation, "output").

import { cpSync, existsSync } from "node:fs";
import { join, relative } from "node:path";
import { builtConfig } from "./next-build.ts";

/** The standalone server of the build in `dir`, or undefined when the build is an ordinary one. */
export function standaloneServer(dir: string): string | undefined {
  const home = standaloneHome(dir);
  return home === undefined ? undefined : join(home, "server.js");
}

/** Puts `.next/static` and `public` beside the standalone server. Called after a build. */
export function completeStandalone(dir: string): void {
  const home = standaloneHome(dir);
  if (home === undefined) return;
  cpSync(join(dir, ".next/static"), join(home, ".next/static"), { recursive: true });
  if (existsSync(join(dir, "public"))) cpSync(join(dir, "public"), join(home, "public"), { recursive: true });
}

// In a monorepo the server lies as deep below the standalone folder as the app below the traced root.
function standaloneHome(dir: string): string | undefined {
  const config = builtConfig(dir);
  if (config?.output !== "standalone") return undefined;
  const depth = relative(config.outputFileTracingRoot ?? dir, dir);
  return [join(dir, ".next/standalone", depth), join(dir, ".next/standalone")].find((home) =>
    existsSync(join(home, "server.js")),
  );
}
