// What a pool has inside, for the parts of this library that work beside it.

import { processState } from "../process-state.ts";
import type { Cluster } from "./servers/cluster.ts";
import type { DatabaseSettings } from "./settings/settings.ts";

export interface PoolInsides {
  cluster: Cluster;
  settings: DatabaseSettings;
}

/** By their pool. */
export const poolInsides: WeakMap<object, PoolInsides> = processState(
  "pools",
  () => new WeakMap<object, PoolInsides>(),
);
