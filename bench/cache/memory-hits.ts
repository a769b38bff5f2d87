// A hit in memory, while the log in Redis is followed as in production, beside `Map.get` in an async function.

import { createCache } from "../../packages/spillway/src/cache/index.ts";
import { runInScope } from "../../packages/spillway/src/coherence/index.ts";
import { medianRatio } from "../database/race.ts";
import { type Contestant, forEach, progress, race } from "./measure.ts";
import { openPeers } from "./open-peers.ts";
import { load, value } from "./value.ts";

const keys = 1_000;
/** In one request few are asked for; more in one turn, so that the turn itself does not count. */
const settings = { rounds: 31, sliceMs: 15, concurrency: 1, perTurn: 1_000 };

export async function memoryHits(url: string): Promise<Record<string, number>> {
  progress("hits in memory");
  await using opened = new AsyncDisposableStack();
  const theirs = await openPeers({ url, tiers: "memory", load, opened });
  const contestants = [
    hits("map", map()),
    ...ours(url, opened),
    ...theirs.map(({ name, getOrSet }) => hits(name, getOrSet)),
  ];
  for (const { work } of contestants) await forEach(keys, work);
  const rounds = await race(contestants, settings);
  const versus = (name: string): number => medianRatio(rounds, name, "map");
  return {
    l1HitVsMap: Math.max(versus("no tag"), versus("1 tag")),
    l1Hit5TagsVsMap: versus("5 tags"),
    l1HitInScopeVsMap: medianRatio(rounds, "in a scope", "map in a scope"),
    ...Object.fromEntries(theirs.map(({ name }) => [`l1HitVsMap:${name}`, versus(name)])),
  };
}

function hits(name: string, getOrSet: (key: string) => Promise<unknown>): Contestant {
  const names = Array.from({ length: keys }, (_, index) => `${name}:product:${index}`);
  return { name, work: (turn) => getOrSet(names[turn % keys]!) };
}

function map(): (key: string) => Promise<unknown> {
  const values = new Map<string, unknown>();
  return async (key) => {
    const found = values.get(key);
    if (found === undefined) values.set(key, value);
    return found;
  };
}

/** The options are made at each call, as apps write them. A request is a scope; jobs and scripts have none. */
function ours(url: string, opened: AsyncDisposableStack): Contestant[] {
  const cache = createCache({ redis: url, ttl: 3_600 });
  opened.defer(() => cache.close());
  const one = (key: string): Promise<unknown> => cache.getOrSet(key, load, { tags: ["products"] });
  return [
    hits("no tag", (key) => cache.getOrSet(key, load)),
    hits("1 tag", one),
    hits("5 tags", (key) => cache.getOrSet(key, load, { tags: ["a", "b", "c", "d", "e"] })),
    { ...hits("in a scope", one), around: runInScope },
    { ...hits("map in a scope", map()), around: runInScope },
  ];
}
