// What an edge's VCL is written from.

import type { Settings } from "../../config/settings.ts";
import type { Topology } from "../../topology/topology.ts";

export interface EdgeInput {
  settings: Settings;
  topology: Topology;
  /** Shown to the storage, which answers unsigned reads to nobody else. */
  originSecret: string;
  /** Shown by the purger, which nobody else may speak for. */
  purgeSecret: string;
}

/** VCL, with what is written inside of it. Backslashes stand as they do in VCL. */
export const vcl: typeof String.raw = String.raw;
