import { existsSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { callSupervisor } from "../control/client.ts";
import { controlPaths } from "../control/protocol.ts";
import { SpillwayError } from "../errors.ts";
import { StackFolder, isRoot, runtimeFolder, systemFolder } from "../state/folder.ts";
import { lockHolder, releaseLock } from "../state/lock.ts";
import { readState } from "../state/state.ts";
import { Journal } from "../process/journal.ts";
import { endLeftovers } from "../process/leftovers.ts";
import { isAlive } from "../process/procfs.ts";
import type { CliCommand } from "./command.ts";
import { json, line, seconds } from "./output.ts";

/** Longer than any drain that a config may ask for would be pointless to wait for in one call. */
const timeoutMs = 10 * 60_000;

export const down: CliCommand = {
  name: "down",
  summary: "stop everything; data is kept",
  details: "Also finds and ends what a killed supervisor left running.",
  options: { wipe: { type: "boolean", description: "delete the data as well, and say what was deleted" } },
  async run({ dir, json: asJson, options }) {
    const folder = new StackFolder(dir);
    const state = readState(folder);
    const began = Date.now();
    const ended = await stop(folder);
    const deleted = options["wipe"] === true ? wipe(folder, state?.id) : [];
    const tookMs = Date.now() - began;
    if (asJson) {
      json({ stopped: ended !== "nothing", leftovers: Array.isArray(ended) ? ended : [], deleted, tookMs });
      return 0;
    }
    if (ended === "nothing") line(`nothing is running in ${dir}`);
    else if (ended === "stack")
      line(`stopped in ${seconds(tookMs)}${deleted.length === 0 ? "; data is kept" : ""}`);
    else line(`ended what a killed supervisor left behind: ${ended.join(", ")}`);
    for (const path of deleted) line(`deleted ${path}`);
    return 0;
  },
};

async function stop(folder: StackFolder): Promise<"stack" | "nothing" | string[]> {
  const holder = lockHolder(folder);
  if (holder === undefined) {
    const leftovers = existsSync(folder.journal) ? await endLeftovers(new Journal(folder.journal)) : [];
    releaseLock(folder);
    return leftovers.length === 0 ? "nothing" : leftovers;
  }
  await callSupervisor(folder, { method: "POST", path: controlPaths.down, timeoutMs });
  // It gives up its lock a moment before it is gone itself.
  while (isAlive(holder)) await sleep(20);
  return "stack";
}

function wipe(folder: StackFolder, id: string | undefined): string[] {
  if (lockHolder(folder) !== undefined)
    throw new SpillwayError("SPW_CONTROL_FAILED", { problem: "it still runs" });
  const outside = id === undefined ? [] : [runtimeFolder(id), ...(isRoot ? [systemFolder(id)] : [])];
  const paths = [folder.root, ...outside].filter((path) => existsSync(path));
  for (const path of paths) rmSync(path, { recursive: true, force: true });
  return paths;
}
