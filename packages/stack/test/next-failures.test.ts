// A stock app of Next.js behind the full stack while the Redis of its caches is killed or hangs: every page is served,
// no revalidation is acknowledged that was not made, and afterwards all of it is coherent again.

import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { copyOfSources } from "../../../testing/next-table/app.ts";
import type { Reading } from "../../../testing/next-table/reading.ts";
import { type World, worldOf } from "../../../testing/next-table/world.ts";
import type { ComponentStatus, StackStatus } from "../src/supervisor/status.ts";
import { NextStack } from "./helpers/next-stack.ts";
import { finished } from "./helpers/project.ts";
import { until } from "./helpers/until.ts";

const bin = fileURLToPath(new URL("../bin/spillway.js", import.meta.url));
/** A build and a start. */
const setUpMs = 180_000;
/** Longer than memory is trusted without a word from Redis. */
const outageMs = 3_000;
const backMs = 15_000;
/** No answer may take longer, though Redis does not answer. */
const mostAnswerMs = 2_000;

const stack = new NextStack("classic");
let world: World;

beforeAll(async () => {
  await stack.start();
  world = worldOf(stack);
}, setUpMs);

afterAll(() => stack.stop());

/** Each kind of answer, by an address that is different for each name. */
const kinds: readonly ((name: string) => string)[] = [
  (name) => `/?${name}`,
  (name) => `/posts/built?${name}`,
  (name) => `/plain/${name}`,
  (name) => `/timed/${name}`,
  (name) => `/fetched/${name}`,
  (name) => `/remembered/${name}`,
  (name) => `/draft/${name}`,
  (name) => `/streamed/${name}`,
  (name) => `/large/${name}`,
  (name) => `/proxied/page/${name}`,
  (name) => `/data/remembered/${name}`,
  (name) => `/api/bytes/${name}`,
  (name) => `/api/dynamic?q=${name}`,
  (name) => `/dynamic?${name}`,
];

async function cacheServer(): Promise<ComponentStatus> {
  const { PATH = "", HOME = "/" } = process.env;
  const options = { cwd: await copyOfSources("classic"), env: { PATH, HOME } };
  const { stdout } = await finished(spawn(process.execPath, [bin, "status", "--json"], options));
  const { components } = JSON.parse(stdout) as StackStatus;
  return components.find(({ name }) => name === "cache")!;
}

/** Answers of all kinds, of pages that are known and of some that nobody has asked for, that are not as they should be. */
async function brokenAnswers(known: string): Promise<string[]> {
  const broken: string[] = [];
  const ask = async (path: string): Promise<void> => {
    const startedAt = performance.now();
    const { status } = await world.get(path);
    const ms = Math.round(performance.now() - startedAt);
    if (status !== 200 || ms > mostAnswerMs) broken.push(`${path}: ${status} after ${ms} ms`);
  };
  for (const kind of kinds) await Promise.all([ask(kind(known)), ask(kind(randomUUID()))]);
  return broken;
}

async function brokenUntil(isOver: () => boolean, known: string): Promise<string[]> {
  const broken: string[] = [];
  do broken.push(...(await brokenAnswers(known)));
  while (!isOver());
  return broken;
}

const path = (): string => `/fetched/${world.name}`;

/** Writes a version and revalidates: resolves with what the writer is answered. */
function revalidate(version: string): Promise<Reading> {
  const write = { name: world.name, version };
  return world.post("/api/revalidate", { write, tag: `fetched-${world.name}`, profile: "now" });
}

/** Each revalidation that is acknowledged is seen everywhere at once. */
async function isCoherent(): Promise<boolean> {
  const version = randomUUID();
  const { status } = await revalidate(version);
  if (status !== 200) return false;
  return (await world.everywhere(path())).every((reading) => reading.version === version);
}

function thaw(pid: number): void {
  try {
    process.kill(pid, "SIGCONT");
  } catch {
    // The supervisor has put another one in its place.
  }
}

async function becomesCoherent(): Promise<void> {
  await until(isCoherent, { what: "a revalidation to be made and seen everywhere", timeoutMs: backMs });
  for (let round = 0; round < 5; round++) expect(await isCoherent()).toBe(true);
}

it("serves every kind of page while Redis is killed and started again", async () => {
  expect(await brokenAnswers("known")).toEqual([]);
  expect(await isCoherent()).toBe(true);
  const { pid } = await cacheServer();
  process.kill(pid!, "SIGKILL");
  let isBack = false;
  const back = until(
    async () => (await cacheServer()).state === "ready" && (await cacheServer()).pid !== pid,
    {
      what: "another Redis",
      timeoutMs: backMs,
    },
  ).finally(() => (isBack = true));
  expect(await brokenUntil(() => isBack, "known")).toEqual([]);
  await back;
  await becomesCoherent();
});

it("serves every kind of page while Redis hangs, and fails who revalidates", async () => {
  expect(await isCoherent()).toBe(true);
  const { pid } = await cacheServer();
  process.kill(pid!, "SIGSTOP");
  try {
    const end = performance.now() + outageMs;
    const told = revalidate("unknown to others");
    expect(await brokenUntil(() => performance.now() > end, "known")).toEqual([]);
    const { status, headers, text } = await told;
    expect({ status, cacheControl: headers["cache-control"] }).toEqual({
      status: 500,
      cacheControl: "no-store",
    });
    expect(text).not.toContain("done");
  } finally {
    thaw(pid!);
  }
  await becomesCoherent();
});
