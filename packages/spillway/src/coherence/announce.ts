// Brings the tags of a commit to every cache, before the commit is acknowledged.

import { SpillwayError } from "../errors.ts";
import { reasonOf } from "../warnings.ts";
import { writtenSoFar } from "./floor.ts";
import { logs } from "./log.ts";

export interface Commit {
  /** The cluster that it was made on. */
  cluster: string;
  id: string;
  tags: readonly string[];
}

/**
 * Puts the tags of a commit into every log of this process. Where that fails, the tailer does it from the
 * write-ahead log, and whoever knows of the commit passes the caches by until then. Where there is no tailer the
 * invalidation is lost: throws SPILLWAY_CACHE_NOT_ANNOUNCED.
 */
export async function announceCommit({ cluster, id, tags }: Commit): Promise<void> {
  const invalidation = { tags, fence: writtenSoFar(), commit: id, source: "transaction" } as const;
  const announced = [...logs].map(async (log) => {
    try {
      await log.invalidate(invalidation);
    } catch (error) {
      if (!log.isTailed(cluster)) throw committed(error);
    }
  });
  for (const { status, reason } of (await Promise.allSettled(announced)) as PromiseRejectedResult[])
    if (status === "rejected") throw reason;
}

function committed(cause: unknown): SpillwayError {
  return new SpillwayError("SPILLWAY_CACHE_NOT_ANNOUNCED", { problem: reasonOf(cause) }, { cause });
}
