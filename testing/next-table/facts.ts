// From answers to facts.

import { setTimeout as sleep } from "node:timers/promises";
import type { Reading } from "./reading.ts";
import type { World } from "./world.ts";

/** What was shown, each once, in the order of first sight. */
export function versions(readings: readonly Reading[]): string[] {
  return [...new Set(readings.map(({ version, status }) => version ?? `status ${status}`))];
}

export function oneRendering(readings: readonly Reading[]): boolean {
  return new Set(readings.map(({ rendering }) => rendering)).size === 1;
}

export function allDifferent(readings: readonly Reading[]): boolean {
  return new Set(readings.map(({ rendering }) => rendering)).size === readings.length;
}

const noted = [
  "content-type",
  "cache-control",
  "vary",
  "x-nextjs-cache",
  "x-nextjs-stale-time",
  "x-nextjs-postponed",
  "location",
];

/** The headers a cache or a browser acts on; of an etag only that there is one. */
export function headersOf({ headers }: Reading): { [name: string]: string } {
  const kept = noted.filter((name) => headers[name] !== undefined).map((name) => [name, headers[name]!]);
  // Said once or twice, depending on where Next keeps the page.
  const prerender = headers["x-nextjs-prerender"] === undefined ? {} : { "x-nextjs-prerender": "1" };
  return { ...Object.fromEntries(kept), ...prerender, etag: headers["etag"] === undefined ? "none" : "some" };
}

const patienceMs = 15_000;

/**
 * Asks as new visitors until a version is shown, and returns what was shown on the way, repetitions left out:
 * `["one", "two"]` is stale, then fresh; a way back would show as a third entry.
 */
export async function until(world: World, path: string, version: string): Promise<string[]> {
  const deadline = Date.now() + patienceMs;
  const way: string[] = [];
  for (;;) {
    const [now] = versions([await world.get(path)]);
    if (now !== way.at(-1)) way.push(now!);
    if (now === version) return way;
    if (Date.now() > deadline) return [...way, `never ${version}`];
    await sleep(50);
  }
}

/** Asks as new visitors as long as something holds, and returns what was shown, each once. */
export async function askWhile(world: World, path: string, holds: () => boolean): Promise<string[]> {
  const deadline = Date.now() + patienceMs;
  const readings: Reading[] = [];
  while (holds()) {
    if (Date.now() > deadline) return [...versions(readings), "for ever"];
    readings.push(await world.get(path));
    await sleep(20);
  }
  return versions(readings);
}

/** Resolves with true when something has come about, with false when it has not in time. */
export async function comesAbout(happened: () => boolean): Promise<boolean> {
  const deadline = Date.now() + patienceMs;
  while (!happened()) {
    if (Date.now() > deadline) return false;
    await sleep(20);
  }
  return true;
}
