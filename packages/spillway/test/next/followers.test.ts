// A writer waits until every process that follows the log knows: for each that lives, and for none that does not.

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type RedisNode, startRedis } from "../../../../testing/redis-node.ts";
import { endDeployment } from "../../src/next/end-deployment.ts";
import { waitUntil } from "../wait.ts";
import { found, made, Stores } from "./stores.ts";

const program = fileURLToPath(new URL("store-process.ts", import.meta.url));
let redis: RedisNode;
let stores: Stores;
let child: ChildProcess;

beforeEach(async () => {
  redis = await startRedis();
  stores = new Stores(redis);
  child = fork(program, [redis.url], { execArgv: [] });
  await once(child, "message");
});

afterEach(async () => {
  child.kill("SIGKILL");
  await stores.close();
  await redis.remove();
});

/** What the other process finds. */
async function asked(key: string): Promise<unknown> {
  child.send(key);
  const [answer] = (await once(child, "message")) as [unknown];
  return answer;
}

async function tookMs(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

it("another process that is asked right after an invalidation never finds the old value", async () => {
  const [writer] = await stores.follow(1);
  for (let round = 0; round < 100; round++) {
    await made(writer!, "k", { value: round, tags: ["t"] });
    expect(await asked("k")).toBe(round);
    await writer!.invalidate(["t"]);
    expect(await asked("k")).toBeNull();
  }
});

it("once the end of a deployment is acknowledged, nobody has anything of it, and all have what is of another", async () => {
  const [store] = await stores.follow(1);
  for (let round = 0; round < 20; round++) {
    await made(store!, "k", { value: round, tags: [`deployment:d${round}`] });
    await made(store!, `other ${round}`, { value: round, tags: ["deployment:current"] });
    expect([await asked("k"), await asked(`other ${round}`)]).toEqual([round, round]);
    await endDeployment({ redis: redis.url, deployment: `d${round}` });
    expect([await asked("k"), await asked(`other ${round}`)]).toEqual([null, round]);
  }
});

it("the end of a deployment that Redis does not take is an error", async () => {
  await redis.stop();
  await expect(endDeployment({ redis: redis.url, deployment: "d" })).rejects.toMatchObject({
    code: "SPILLWAY_CACHE_INVALIDATION",
  });
});

it("mostly waits for milliseconds", async () => {
  const [writer] = await stores.follow(2);
  await asked("k");
  const times: number[] = [];
  for (let round = 0; round < 20; round++) times.push(await tookMs(() => writer!.invalidate(["t"])));
  expect(times.toSorted((a, b) => a - b)[10]).toBeLessThan(100);
});

it("waits for a process that says nothing no longer than its patience, which then serves nothing old", async () => {
  const [writer, other] = await stores.follow(2);
  await made(writer!, "k", { value: "old", tags: ["t"] });
  expect(await asked("k")).toBe("old");
  child.kill("SIGSTOP");
  const ms = await tookMs(() => writer!.invalidate(["t"]));
  expect(ms).toBeGreaterThan(400);
  expect(ms).toBeLessThan(800);
  expect(await found(other!, "k")).toBeUndefined();
  child.kill("SIGCONT");
  await waitUntil(async () => (await asked("k")) === null, "the process to hear of it");
});

it("waits for no process that has been silent for so long that it trusts nothing", async () => {
  const [writer] = await stores.follow(1);
  await made(writer!, "k", { value: "old", tags: ["t"] });
  expect(await asked("k")).toBe("old");
  child.kill("SIGSTOP");
  await waitUntil(
    async () => (await tookMs(() => writer!.invalidate(["another"]))) < 200,
    "it to be waited for no longer",
  );
  await writer!.invalidate(["t"]);
  child.kill("SIGCONT");
  expect(await asked("k")).toBeNull();
});

it("waits for no process that has closed its store", async () => {
  const [writer, leaving] = await stores.follow(2);
  child.kill("SIGKILL");
  await once(child, "exit");
  await leaving!.close();
  await waitUntil(
    async () => (await redis.cli("hlen", "spillway:{log}:followers")) === "1",
    "the others to be forgotten",
  );
  expect(await tookMs(() => writer!.invalidate(["t"]))).toBeLessThan(300);
});

it("the process that is asked right after an invalidation knows of it also when Redis was restarted", async () => {
  const [writer] = await stores.follow(1);
  await made(writer!, "k", { value: "old", tags: ["t"] });
  expect(await asked("k")).toBe("old");
  // Each looks now and then who else is there.
  const followers = (): Promise<string> => redis.cli("hvals", "spillway:{log}:followers");
  const before = await followers();
  await waitUntil(async () => (await followers()) !== before, "the writer to look");
  await redis.kill();
  await redis.start();
  await writer!.invalidate(["t"]);
  expect(await asked("k")).toBeNull();
});
