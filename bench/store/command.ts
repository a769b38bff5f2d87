// The store, brought up and taken down as a user types it.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const command = fileURLToPath(new URL("../../packages/stack/bin/spillway.js", import.meta.url));

/** What the command wrote. Throws with its complaint when it failed, but for `status`, which fails where nothing runs. */
export function spillway(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], {
    cwd: root,
    encoding: "utf8",
  });
  if (status !== 0 && args[0] !== "status") throw new Error(`spillway ${args.join(" ")}: ${stderr}`);
  return stdout;
}

/** A bench that found it up would measure what others do with it, and take it from them at its end. */
export function refuseIfUp(): void {
  if (spillway("status", "--json").includes('"supervisor":{'))
    throw new Error("the store is up: `npm run down` first");
}
