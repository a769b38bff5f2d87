// What the handler files in an app call: made once, at the first question, so that a build or a start needs no Redis.

import { createValueStore } from "../cache/open.ts";
import { processState } from "../process-state.ts";
import { Incremental } from "./incremental.ts";
import { watchProxy } from "./proxy-matchers.ts";
import { Revalidation } from "./revalidation.ts";
import { type ReadBuild, Seeds } from "./seeds.ts";
import type { NextRuntime } from "./types.ts";
import { UseCache } from "./use-cache.ts";

/**
 * Seconds. Twice that of other caches: a process that renders is often busy for tens of milliseconds, and to render again
 * costs more than to wait.
 */
const redisTimeout = 0.1;

/** Its own form is the copy that each reader makes of it; the bytes are Next.js's to keep. */
export function nextRuntime(): NextRuntime {
  return processState("next-runtime", () => {
    const store = createValueStore({ redisTimeout });
    const revalidation = new Revalidation(store);
    const deployment = process.env["NEXT_DEPLOYMENT_ID"] ?? "";
    const seeds = new Seeds(store, deployment);
    const incremental = new Incremental({ store, seeds, revalidation, deployment });
    const useCache = new UseCache({ store, revalidation });
    let build: ReadBuild | undefined;
    return {
      incremental(context, own) {
        watchProxy(context.serverDistDir);
        build ??= own({ ...context, flushToDisk: false, maxMemoryCacheSize: 0 });
        return {
          get: (key, asked) => incremental.get(key, asked, build!),
          set: (key, data, given) => incremental.set(key, data, given),
          revalidateTag: (tags, durations) => incremental.revalidateTag(tags, durations),
          resetRequestCache() {},
        };
      },
      useCache,
    };
  });
}
