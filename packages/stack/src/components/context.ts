// What every component is made from.

import type { Settings } from "../config/settings.ts";
import type { StackFolder } from "../state/folder.ts";
import type { Secrets } from "../state/secrets.ts";
import type { Topology } from "../topology/topology.ts";

export interface StackContext {
  /** The stack's random id, which names its folders outside the app. */
  id: string;
  folder: StackFolder;
  /** The short folder for sockets. */
  runtime: string;
  settings: Settings;
  topology: Topology;
  secrets: Secrets;
}
