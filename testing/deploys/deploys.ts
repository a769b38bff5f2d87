// A stack whose app is deployed again and again while visitors are on its pages.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { succeed } from "../../packages/stack/test/helpers/command.ts";
import type { StackStatus } from "../../packages/stack/src/supervisor/status.ts";
import { open, read } from "../next-table/reading.ts";
import { appFolder, removeApp, writeApp } from "./app.ts";
import { type Visits, startVisits } from "./visits.ts";

const bin = fileURLToPath(new URL("../../packages/stack/bin/spillway.js", import.meta.url));
const visitors = 8;
/** A page that edges keep for a year; to that of the form, actions are posted, which end it there (RFC 9111, 4.4). */
const kept = "/other";
const readings = 5;

export interface Deploys extends Visits {
  /** Documents of an older version that were answered after the deploy had returned. */
  stale: number;
  /** "Failed to find Server Action", in the logs of the servers. */
  lostActions: number;
  /** What each deploy took, with its build, in milliseconds. */
  tookMs: number[];
}

/** `up` with those arguments, and so many deploys, each of another version. */
export async function deployAgainAndAgain(
  args: readonly string[],
  { times }: { times: number },
): Promise<Deploys> {
  await writeApp(0);
  await spillway("up", "--detach", "--replicas", "0", ...args);
  try {
    const { components } = JSON.parse(await spillway("status", "--json")) as StackStatus;
    const doors = components
      .filter(({ role }) => role === "edge")
      .map(({ port }) => `http://127.0.0.1:${port}`);
    const visiting = startVisits(doors, visitors);
    const tookMs: number[] = [];
    let stale = 0;
    for (let version = 1; version <= times; version++) {
      for (const door of doors) await staleDocuments(door, version);
      await writeApp(version);
      const began = performance.now();
      await spillway("deploy");
      tookMs.push(Math.round(performance.now() - began));
      for (const door of doors) stale += await staleDocuments(door, version);
    }
    return { ...(await visiting.stop()), stale, lostActions: lostActions(), tookMs };
  } finally {
    await spillway("down", "--wipe");
    await removeApp();
  }
}

async function staleDocuments(door: string, version: number): Promise<number> {
  let stale = 0;
  for (let reading = 0; reading < readings; reading++) {
    const shown = (await read(await open(`${door}${kept}`))).version;
    if (shown !== String(version)) stale++;
  }
  return stale;
}

function lostActions(): number {
  const folder = join(appFolder, ".spillway");
  const logs = readdirSync(folder).filter((name) => name.startsWith("app-"));
  return logs
    .map((name) => readFileSync(join(folder, name, "log"), "utf8"))
    .reduce((sum, text) => sum + text.split("Failed to find Server Action").length - 1, 0);
}

function spillway(...args: string[]): Promise<string> {
  const { PATH = "", HOME = "/" } = process.env;
  return succeed(process.execPath, [bin, ...args], { cwd: appFolder, env: { PATH, HOME } });
}
