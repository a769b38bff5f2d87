// What every component is made from.

import type { Settings } from "../config/settings.ts";
import type { StackFolder } from "../state/folder.ts";
import type { Secrets } from "../state/secrets.ts";
import type { Group, Topology } from "../topology/topology.ts";
import type { Version } from "./app/version.ts";

export interface StackContext {
  /** The stack's random id, which names its folders outside the app. */
  id: string;
  folder: StackFolder;
  /** The short folder for sockets. */
  runtime: string;
  settings: Settings;
  topology: Topology;
  secrets: Secrets;
  /** What the servers of each group run. Changed only while none of that group runs. */
  versions: Record<Group, Version>;
}
