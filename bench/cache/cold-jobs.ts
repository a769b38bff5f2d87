// Asks for a cold key, many times at once, at a moment that other processes keep as well.

import { setTimeout as sleep } from "node:timers/promises";
import { createCache } from "../../packages/spillway/src/cache/index.ts";
import { now } from "./clock.ts";
import { type PeerName, peers } from "./peers.ts";
import { value } from "./value.ts";

const loadMs = 100;

interface Subject {
  url: string;
  /** Ours where there is none. */
  peer?: PeerName;
}

interface Rush {
  key: string;
  gets: number;
  /** By the clock that all share. */
  at: number;
}

let getOrSet: (key: string) => Promise<unknown>;
let close: () => Promise<void>;
let loads = 0;

export const coldJobs = { openCache, closeCache, rush };

async function openCache({ url, peer }: Subject): Promise<void> {
  const opened = new AsyncDisposableStack();
  close = () => opened.disposeAsync();
  if (peer === undefined) {
    const cache = createCache({ redis: url });
    opened.defer(() => cache.close());
    getOrSet = (key) => cache.getOrSet(key, load);
  } else getOrSet = peers[peer].open({ url, tiers: "both", load, opened });
  await getOrSet(`warm:${process.pid}`);
}

async function closeCache(_order: null): Promise<void> {
  await close();
}

/** How many loads this process did. */
async function rush({ key, gets, at }: Rush): Promise<number> {
  loads = 0;
  await sleep(at - now());
  await Promise.all(Array.from({ length: gets }, () => getOrSet(key)));
  return loads;
}

async function load(): Promise<unknown> {
  loads++;
  await sleep(loadMs);
  return value;
}
