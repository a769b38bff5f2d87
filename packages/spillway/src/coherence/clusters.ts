// The Postgres clusters that this process reads, as far as caches must know of them.

import { processState } from "../process-state.ts";
import type { Position } from "./position.ts";

export interface DatabaseCluster {
  name: string;
  /** The newest timeline that its primary was seen on; 0 as long as it was not. */
  timeline: () => number;
  /** A position at or past everything that is committed on the primary when it is called. */
  flushed: () => Promise<Position>;
}

/** By name. A second pool of one name is the same cluster. */
export const clusters: Map<string, DatabaseCluster> = processState(
  "database-clusters",
  () => new Map<string, DatabaseCluster>(),
);
