// Compiles the packages with the pinned TypeScript, when their sources changed.

import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fingerprint, isStamped, root, run, say, stamp } from "./step.mjs";

// In the order of their dependence: stack takes types from spillway.
const packages = ["spillway", "stack"];

export function ensureBuilt() {
  for (const name of packages) {
    const folder = join(root, "packages", name);
    const inputs = [join(root, "tsconfig.base.json"), join(folder, "tsconfig.json"), join(folder, "src")];
    const wanted = fingerprint(inputs);
    if (isStamped(`build-${name}`, wanted) && existsSync(join(folder, "dist"))) continue;
    say(`compiling packages/${name}`);
    rmSync(join(folder, "dist"), { recursive: true, force: true });
    run(join(root, "node_modules/.bin/tsc"), ["-p", join(folder, "tsconfig.json")]);
    stamp(`build-${name}`, wanted);
  }
}
