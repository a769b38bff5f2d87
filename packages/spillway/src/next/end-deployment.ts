// Ends what a deployment has answered.

import { createValueStore } from "../cache/open.ts";
import type { Build } from "../coherence/shared-log/built.ts";
import { deploymentTag } from "./page-headers.ts";

/** Seconds. No request waits for it. */
const redisTimeout = 2;

/**
 * Ends at every edge what the servers of that deployment have answered, once requests go to those of another. Resolves when
 * all edges that follow the invalidation log know, as a revalidation does. Rejects when Redis did not take it: the edges may
 * still have some of it.
 */
export async function endDeployment({ redis, keyPrefix, deployment }: Build): Promise<void> {
  const prefixed = keyPrefix === undefined ? {} : { keyPrefix };
  const store = createValueStore({ redis, maxBytes: 0, redisTimeout, ...prefixed });
  try {
    await store.invalidate([deploymentTag(deployment)]);
  } finally {
    await store.close();
  }
}
