// `npm test`: every check, cheapest first. Stops at the first that fails and says how to run it alone.

import { spawnSync } from "node:child_process";
import { root } from "./setup/step.mjs";

const packages = ["spillway", "stack"].map((name) => `packages/${name}`);

/** @param {string} name @param {string} command @returns {[name: string, command: string]} */
function check(name, command) {
  return [name, command];
}

/** @type {[name: string, command: string][]} */
const checks = [
  ["format", "oxfmt --check ."],
  ["lint", "oxlint --type-aware --deny-warnings"],
  ["types", "tsc --noEmit -p tsconfig.json"],
  ["types of the store", "tsc --noEmit -p examples/store"],
  ["unused code", "knip"],
  ...packages.map((folder) => check(`package ${folder}`, `publint --strict ${folder}`)),
  ...packages.map((folder) =>
    check(`types of ${folder}`, `attw --pack ${folder} --profile esm-only --quiet`),
  ),
  ["unit tests", "vitest run --project unit"],
  ["protocol tests", "vitest run --project protocols"],
  ["integration tests", "vitest run --project integration"],
];

const began = Date.now();
for (const [name, command] of checks) {
  const startedAt = Date.now();
  console.log(`\n=== ${name}: ${command}`);
  const { status } = spawnSync(command, { cwd: root, stdio: "inherit", shell: true });
  const took = `${((Date.now() - startedAt) / 1000).toFixed(1)} s`;
  if (status !== 0) {
    console.error(`\n=== ${name} failed after ${took}. Alone: npx ${command}`);
    process.exit(1);
  }
  console.log(`=== ${name}: ok, ${took}`);
}
console.log(`\nall ${checks.length} checks passed in ${((Date.now() - began) / 1000).toFixed(0)} s`);
