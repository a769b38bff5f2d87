// Ten thousand edits while both edges are read without a pause, and one of them is ended and started again ten times:
// how often an edge shows what was over longer than the bound before it was asked.

import { setTimeout as sleep } from "node:timers/promises";
import type { Cache } from "../../packages/spillway/src/cache/index.ts";
import type { Edge } from "../../testing/edge-fleet.ts";
import { loaderOf } from "./load.ts";

const pages = 50;
const edits = 10_000;
const restarts = 10;
const readersPerEdge = 4;
/** Milliseconds after the acknowledgement of an edit. */
const boundMs = 50;

export interface Edits {
  edges: readonly Edge[];
  cache: Cache;
  versions: Map<string, number>;
}

interface Acknowledged {
  at: number;
  version: number;
}

interface Seen {
  reads: number;
  stale: number;
}

export async function manyEdits({ edges, cache, versions }: Edits): Promise<Record<string, number>> {
  const acknowledged = new Map<string, Acknowledged[]>();
  const running = { ended: false };
  const seen: Seen = { reads: 0, stale: 0 };
  const loaders = edges.map(({ web }) => loaderOf(web, readersPerEdge));
  const reader = async (get: (path: string) => Promise<string>): Promise<void> => {
    while (!running.ended) {
      const page = `edit-${Math.floor(Math.random() * pages)}`;
      const began = performance.now();
      const body = await get(`/${page}`).catch(() => undefined);
      if (body === undefined) await sleep(10);
      else judge(seen, Number.parseInt(body), due(acknowledged.get(page), began));
    }
  };
  const readers = loaders.flatMap(({ get }) => Array.from({ length: readersPerEdge }, () => reader(get)));
  const restarting = restartNowAndThen(edges[0]!, running);
  for (let count = 0; count < edits; count++) {
    const page = `edit-${count % pages}`;
    versions.set(page, count + 1);
    await cache.invalidate({ tags: [`page:${page}`] });
    const list = acknowledged.get(page) ?? [];
    acknowledged.set(page, [...list.slice(-20), { at: performance.now(), version: count + 1 }]);
    await sleep(2);
  }
  running.ended = true;
  await Promise.all([...readers, restarting]);
  for (const { close } of loaders) close();
  return { staleIn10kEdits: seen.stale, readsIn10kEdits: seen.reads };
}

function due(list: readonly Acknowledged[] = [], began: number): number {
  return list.findLast(({ at }) => at + boundMs < began)?.version ?? 0;
}

function judge(seen: Seen, version: number, least: number): void {
  seen.reads++;
  if (version < least) seen.stale++;
}

async function restartNowAndThen({ process }: Edge, running: { ended: boolean }): Promise<void> {
  for (let left = restarts; left > 0 && !running.ended; left--) {
    await sleep(1_500);
    await process.stop();
    await process.start();
  }
}
