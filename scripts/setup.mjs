// Makes a fresh clone able to run: npm packages, the pinned Node, system packages, compiled packages.
// Runs under whatever Node the machine has (20 or later), so plain JavaScript with no dependency.
// A second run does no work twice: each step compares a fingerprint first.

import { ensureNpmPackages } from "./setup/npm.mjs";
import { ensureSystemPackages } from "./setup/system.mjs";
import { ensureBuilt } from "./setup/build.mjs";
import { SetupError } from "./setup/step.mjs";
import { neededBy } from "./packages.mjs";

const purpose = process.argv[2] === "test" ? "test" : "up";
try {
  ensureSystemPackages(neededBy[purpose], purpose);
  ensureNpmPackages();
  ensureBuilt();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(`\n${error.message}`);
  process.exit(error.exitCode);
}
