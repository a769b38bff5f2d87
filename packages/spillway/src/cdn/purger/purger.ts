// The purger: follows the invalidation log, and tells every edge what has ended.

import type { RedisClient } from "../../redis/adapters.ts";
import { checkUrl, connectionOf, firstConnectionMs } from "../../redis/connect.ts";
import { defaults } from "../../cache/settings.ts";
import { SpillwayError } from "../../errors.ts";
import { soon } from "../../soon.ts";
import { reasonOf, warn } from "../../warnings.ts";
import { hideEdge, showEdge } from "./counts.ts";
import { Feed } from "./feed.ts";
import { Sender } from "./sender.ts";
import type { Target } from "./target.ts";
import { type VarnishEdge, varnishTarget } from "./varnish.ts";

export interface PurgerSettings {
  /** The Redis of the caches: its address, or a client. Default: REDIS_URL. */
  redis?: string | RedisClient;
  /** The edges. */
  edges: readonly VarnishEdge[];
  /** As the caches have it. Default `spillway`. */
  keyPrefix?: string;
  /**
   * Seconds after which an edge that hears nothing passes what could be purged to the app. Default 2. Lower bounds
   * what an edge that is cut off may serve more closely, and passes sooner when the purger is replaced.
   */
  maxSilence?: number;
}

export interface Purger {
  /** Lets go of everything. The edges pass what could be purged once they have heard nothing for `maxSilence`. */
  close(): Promise<void>;
}

/**
 * Tells edges what has ended, in the order in which it was said, within milliseconds of the commit. An edge that was
 * away hears of all that it missed, or starts empty. One purger serves all edges; a second one does no harm.
 *
 * Throws SPILLWAY_CDN_SETTING, SPILLWAY_CACHE_URL and SPILLWAY_CACHE_CLIENT.
 */
export function startPurger(settings: PurgerSettings): Purger {
  const { edges, keyPrefix = defaults.keyPrefix, maxSilence = defaults.maxSilence } = settings;
  const redis = redisOf(settings.redis);
  if (!(maxSilence >= 0.1 && maxSilence <= 60)) {
    const found = String(maxSilence);
    throw new SpillwayError("SPILLWAY_CDN_SETTING", {
      setting: "maxSilence",
      found,
      expected: "seconds from 0.1 to 60",
    });
  }
  const connection = connectionOf(redis);
  const silenceMs = maxSilence * 1_000;
  const feed = new Feed({ connection, keyPrefix, silenceMs });
  const onFailure = warnOnce();
  const kept = edges.map((edge) => {
    const target: Target = varnishTarget(edge, keyPrefix);
    const counts = showEdge(target.name);
    return {
      target,
      counts,
      sender: new Sender({ feed, target, counts, heartbeatMs: silenceMs / 4, onFailure }),
    };
  });
  void soon(connection.ready(), firstConnectionMs).then(() => feed.run());
  const running = kept.map(({ sender }) => sender.run());
  return {
    async close() {
      for (const { sender } of kept) sender.close();
      await feed.close();
      await Promise.all(running);
      for (const { counts } of kept) hideEdge(counts);
      await Promise.all(kept.map(({ target }) => target.close()));
      if (typeof redis === "string") await connection.close();
    },
  };
}

function redisOf(given: string | RedisClient | undefined): string | RedisClient {
  const redis = given ?? process.env["REDIS_URL"]?.trim() ?? "";
  if (typeof redis === "string") checkUrl(redis);
  return redis;
}

/** Each edge once until it is told again: an edge that is replaced is an everyday matter, and seen in the metrics. */
function warnOnce(): (edge: string, error: unknown) => void {
  const warned = new Set<string>();
  return (edge, error) => {
    const reason = reasonOf(error);
    if (!/answered/.test(reason) || warned.has(edge)) return;
    warned.add(edge);
    warn("SPILLWAY_EDGE_UNUSABLE", `the edge ${edge} takes no purges: ${reason}`);
  };
}
