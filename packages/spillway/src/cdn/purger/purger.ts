// The purger: follows the invalidation log, and tells every edge and every managed CDN what has ended.

import type { RedisClient } from "../../redis/adapters.ts";
import { checkUrl, connectionOf, firstConnectionMs } from "../../redis/connect.ts";
import { defaults } from "../../cache/settings.ts";
import { Followers } from "../../coherence/shared-log/followers.ts";
import { logKeys } from "../../coherence/shared-log/keys.ts";
import { SpillwayError } from "../../errors.ts";
import { soon } from "../../soon.ts";
import { reasonOf, warn } from "../../warnings.ts";
import type { CdnDriver } from "../driver.ts";
import { hideEdge, showEdge } from "./counts.ts";
import { Feed, type FollowedLog } from "./feed.ts";
import { Heard } from "./heard.ts";
import { LateFeed } from "./late-feed.ts";
import { managedTarget } from "./managed.ts";
import type { Place } from "./place.ts";
import { Sender } from "./sender.ts";
import type { Target } from "./target.ts";
import { type VarnishEdge, varnishTarget } from "./varnish.ts";

export interface PurgerSettings {
  /** The Redis of the caches: its address, or a client. Default: REDIS_URL. */
  redis?: string | RedisClient;
  /** The edges of your own. Default: none. */
  edges?: readonly VarnishEdge[];
  /**
   * Managed CDNs, each under a name of your choice of `a-z 0-9 -`: `{ fastly: fastly() }`. Redis keeps, under that name,
   * up to where the CDN was told: it hears of what it missed while no purger ran, and where that is lost everything at
   * it is purged, as it is the first time. Default: none.
   */
  cdns?: Readonly<Record<string, CdnDriver>>;
  /**
   * Seconds after which a managed CDN is told everything a second time: what it was fetching when it was told first may
   * be older than what it was told of, and it stores that all the same. Longer than the slowest answer of the app takes,
   * and than an edge of your own takes to hear what has ended, if the CDN fetches from one. Default 30. Higher lets
   * such a page live longer; lower misses it after a slower answer. 0 tells once, for half of the requests.
   */
  repeatAfter?: number;
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
 * Tells edges and CDNs what has ended, in the order in which it was said, within milliseconds of the commit. Who was
 * away hears of all that was missed, or starts empty. One purger serves all; a second one does no harm, but for the
 * rate of a managed CDN.
 *
 * Throws SPILLWAY_CDN_SETTING, SPILLWAY_CACHE_URL and SPILLWAY_CACHE_CLIENT.
 */
export function startPurger(settings: PurgerSettings): Purger {
  const { keyPrefix = defaults.keyPrefix, maxSilence = defaults.maxSilence, repeatAfter = 30 } = settings;
  const redis = redisOf(settings.redis);
  checkSeconds("maxSilence", maxSilence, { least: 0.1, most: 60 });
  checkSeconds("repeatAfter", repeatAfter, { least: 0, most: 3_600 });
  const connection = connectionOf(redis);
  const silenceMs = maxSilence * 1_000;
  const feed = new Feed({ connection, keyPrefix, silenceMs });
  const late = new LateFeed(feed, repeatAfter * 1_000);
  const onFailure = warnOnce();
  const heard = new Heard(feed, new Followers(feed.gate, logKeys(keyPrefix)));
  const told = toldBy({ ...settings, keyPrefix, repeatAfter }, feed, late).map(({ target, log, isEdge }) => {
    const counts = showEdge(target.name);
    const onHeard = (place: Place | undefined): void => {
      if (isEdge) heard.note(target.name, place);
    };
    const parts = { feed: log, target, counts, heartbeatMs: silenceMs / 4, onFailure, onHeard };
    return { target, counts, sender: new Sender(parts) };
  });
  void soon(connection.ready(), firstConnectionMs).then(() => feed.run());
  const running = told.map(({ sender }) => sender.run());
  return {
    async close() {
      for (const { sender } of told) sender.close();
      late.close();
      await Promise.all(told.map(({ target }) => target.close()));
      await heard.close();
      await feed.close();
      await Promise.all(running);
      for (const { counts } of told) hideEdge(counts);
      if (typeof redis === "string") await connection.close();
    },
  };
}

interface Told {
  target: Target;
  log: FollowedLog;
  /** One of our own, for which a writer may wait. */
  isEdge: boolean;
}

type Targets = Pick<PurgerSettings, "edges" | "cdns"> &
  Required<Pick<PurgerSettings, "keyPrefix" | "repeatAfter">>;

function toldBy(
  { edges = [], cdns = {}, keyPrefix, repeatAfter }: Targets,
  feed: Feed,
  late: LateFeed,
): Told[] {
  const told: Told[] = edges.map((edge) => ({
    target: varnishTarget(edge, keyPrefix),
    log: feed,
    isEdge: true,
  }));
  for (const [cdn, driver] of Object.entries(cdns)) {
    checkName(cdn);
    const managed = (name: string): Target =>
      managedTarget({ name, driver, gate: feed.gate, key: logKeys(keyPrefix).told(name) });
    told.push({ target: managed(cdn), log: feed, isEdge: false });
    if (repeatAfter > 0) told.push({ target: managed(`${cdn}-repeat`), log: late, isEdge: false });
  }
  return told;
}

function checkSeconds(
  setting: string,
  value: number,
  { least, most }: { least: number; most: number },
): void {
  if (value >= least && value <= most) return;
  const expected = `seconds from ${least} to ${most}`;
  throw new SpillwayError("SPILLWAY_CDN_SETTING", { setting, found: String(value), expected });
}

function checkName(name: string): void {
  if (/^[a-z0-9-]{1,64}$/.test(name) && !name.endsWith("-repeat")) return;
  throw new SpillwayError("SPILLWAY_CDN_SETTING", {
    setting: "cdns",
    found: name,
    expected: "names of a-z, 0-9 and -, not ending in -repeat",
  });
}

function redisOf(given: string | RedisClient | undefined): string | RedisClient {
  const redis = given ?? process.env["REDIS_URL"]?.trim() ?? "";
  if (typeof redis === "string") checkUrl(redis);
  return redis;
}

/** Each once: an edge that is replaced is an everyday matter, and seen in the metrics. */
function warnOnce(): (target: string, error: unknown) => void {
  const warned = new Set<string>();
  return (target, error) => {
    const reason = reasonOf(error);
    const isRefusal = error instanceof SpillwayError || /answered/.test(reason);
    if (!isRefusal || warned.has(target)) return;
    warned.add(target);
    warn("SPILLWAY_EDGE_UNUSABLE", `${target} takes no purges: ${reason}`);
  };
}
