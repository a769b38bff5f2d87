// The context of a stack of a test's own, from which single components are made and run.

import { rmSync } from "node:fs";
import type { StackContext } from "../packages/stack/src/components/context.ts";
import { merge } from "../packages/stack/src/config/merge.ts";
import type { StackConfig } from "../packages/stack/src/config/types.ts";
import { Journal } from "../packages/stack/src/process/journal.ts";
import {
  StackFolder,
  isRoot,
  makeRuntimeFolder,
  makeStackFolder,
  systemFolder,
} from "../packages/stack/src/state/folder.ts";
import { ensureSecrets } from "../packages/stack/src/state/secrets.ts";
import { newState } from "../packages/stack/src/state/state.ts";
import type { Surroundings } from "../packages/stack/src/supervisor/managed-process.ts";
import { findPorts } from "../packages/stack/src/supervisor/ports.ts";
import { drawTopology, portRequests } from "../packages/stack/src/topology/topology.ts";

/** `dir` takes the place of the app's folder. */
export async function stackContext(dir: string, config: StackConfig): Promise<StackContext> {
  const folder = new StackFolder(dir);
  makeStackFolder(folder);
  const { settings } = merge([{ source: "file", config }]);
  const { id } = newState(dir);
  const topology = drawTopology(settings, await findPorts(portRequests(settings), {}));
  const { app } = settings;
  return {
    id,
    folder,
    runtime: makeRuntimeFolder(id),
    settings,
    topology,
    secrets: ensureSecrets(folder),
    versions: { blue: { app }, green: { app } },
  };
}

/** For processes whose changes of state nobody follows. */
export function quietSurroundings({ folder }: StackContext): Surroundings {
  return { folder, journal: new Journal(folder.journal), onState: () => undefined, redact: String };
}

/** Removes `dir` and what the stack keeps elsewhere. */
export function removeStack(dir: string, { id, runtime }: StackContext): void {
  for (const path of [dir, runtime, ...(isRoot ? [systemFolder(id)] : [])])
    rmSync(path, { recursive: true, force: true });
}
