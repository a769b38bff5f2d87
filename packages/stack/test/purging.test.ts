// Commit to edge: what has a tag is gone from every edge within milliseconds, and nothing that was fetched before comes
// back. The real Varnish with our VCL, a real Redis, and the purger; the app is a server that counts.

import { setTimeout as sleep } from "node:timers/promises";
import { createCache } from "../../spillway/src/cache/index.ts";
import { createValueStore } from "../../spillway/src/cache/open.ts";
import { edgeTag, type Purger, startPurger } from "../../spillway/src/cdn/index.ts";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type Edge, type EdgeFleet, startEdges } from "../../../testing/edge-fleet.ts";
import { type RedisNode, startRedis } from "../../../testing/redis-node.ts";
import { cacheStatus, get } from "./helpers/shop.ts";
import { until } from "./helpers/until.ts";

const secret = "a secret of sixteen or more characters";

/** What the database would hold. */
const versions = new Map<string, number>();
/** Tokens that the edges sent with their fetches. */
const tokens: string[] = [];
/** Headers of an answer, by page, besides its tags. */
const headers = new Map<string, Record<string, string | string[]>>();
/** A fetch of these pages waits, after it has read what it will answer. */
const held = new Map<string, Promise<void>>();
let fleet: EdgeFleet;
let redis: RedisNode;
let purger: Purger;
let cache: ReturnType<typeof createCache>;
let store: ReturnType<typeof createValueStore>;

const urlOf = (edge: Edge, page: string): string => `http://127.0.0.1:${edge.web}/${page}`;
const tagOf = (page: string): string => `page:${page}`;

beforeAll(async () => {
  process.env["SPILLWAY_SECRET"] = secret;
  redis = await startRedis();
  fleet = await startEdges({
    count: 2,
    async origin(request, response) {
      const page = request.url!.slice(1);
      const token = request.headers["x-spillway-token"];
      if (typeof token === "string") tokens.push(token);
      const version = versions.get(page) ?? 0;
      await held.get(page);
      response.setHeader("CDN-Cache-Control", "max-age=3600");
      response.setHeader("Surrogate-Key", `${tagOf(page)} pages`);
      for (const [name, value] of Object.entries(headers.get(page) ?? {})) response.setHeader(name, value);
      response.end(String(version));
    },
  });
});

beforeEach(async () => {
  cache = createCache({ redis: redis.url });
  store = createValueStore({ redis: redis.url });
  purger = newPurger();
  await until(arePurged, { what: "the edges to be followed", timeoutMs: 10_000 });
});

afterEach(async () => {
  await purger.close();
  await cache.close();
  await store.close();
  for (const known of [versions, headers, held]) known.clear();
});

afterAll(async () => {
  await fleet?.close();
  await redis?.remove();
  delete process.env["SPILLWAY_SECRET"];
});

function newPurger(given: { url?: string; secret?: string } = {}): Purger {
  const edges = fleet.edges.map(({ name, control }) => ({
    name,
    url: `http://127.0.0.1:${control}`,
    secret: given.secret ?? fleet.purgeSecret,
  }));
  return startPurger({ redis: given.url ?? redis.url, edges });
}

/** Both edges store, and so they know of the purger. */
async function arePurged(): Promise<boolean> {
  const page = `ready-${Math.random()}`;
  for (const edge of fleet.edges) {
    await get(urlOf(edge, page));
    if (!(await isHit(edge, page))) return false;
  }
  return true;
}

async function isHit(edge: Edge, page: string): Promise<boolean> {
  return cacheStatus(await get(urlOf(edge, page))).includes("; hit");
}

async function shown(edge: Edge, page: string): Promise<number> {
  return Number((await get(urlOf(edge, page))).body);
}

/** Stores a page at both edges. */
async function stored(page: string): Promise<void> {
  for (const edge of fleet.edges) {
    await get(urlOf(edge, page));
    expect(await isHit(edge, page), edge.name).toBe(true);
  }
}

async function edit(page: string): Promise<void> {
  versions.set(page, (versions.get(page) ?? 0) + 1);
  await cache.invalidate({ tags: [tagOf(page)] });
}

/** A page may be served for a year while it is made anew; resolves when every edge knows. */
async function expiredEverywhere(page: string): Promise<void> {
  await store.expire([tagOf(page)], 31_536_000_000);
}

async function isFresh(page: string): Promise<boolean> {
  const all = await Promise.all(fleet.edges.map((edge) => shown(edge, page)));
  return all.every((version) => version === versions.get(page));
}

test("an edit is shown by every edge, and what has another tag stays", async () => {
  await stored("a");
  await stored("b");
  await edit("a");
  expect(await until(() => isFresh("a"), { what: "both edges to show the edit", timeoutMs: 1_000 })).toBe(
    true,
  );
  for (const edge of fleet.edges) expect(await isHit(edge, "b"), edge.name).toBe(true);
});

test("a fetch carries a token of what the edge has heard of", async () => {
  tokens.length = 0;
  await get(urlOf(fleet.edges[0]!, "token"));
  expect(tokens).toEqual([expect.stringMatching(/^1\.@spillway~[^~]+~[0-9a-z]+\./)]);
});

test("what was fetched before an edit and arrives after it is not stored", async () => {
  let release = (): void => undefined;
  held.set("slow", new Promise((resolve) => (release = resolve)));
  const edge = fleet.edges[0]!;
  const fetching = get(urlOf(edge, "slow"));
  await sleep(50);
  await edit("slow");
  await sleep(200);
  held.delete("slow");
  release();
  expect((await fetching).body).toBe("0");
  expect(await shown(edge, "slow")).toBe(1);
});

test.each(["slow-soft", "Slöw soft"])(
  "what was fetched before it was let be refreshed and arrives after it is not stored: %s",
  async (page) => {
    let release = (): void => undefined;
    const path = encodeURIComponent(page);
    headers.set(path, { "Surrogate-Key": edgeTag(tagOf(page)) });
    held.set(path, new Promise((resolve) => (release = resolve)));
    const edge = fleet.edges[0]!;
    const fetching = get(urlOf(edge, path));
    await sleep(50);
    versions.set(path, 1);
    await expiredEverywhere(page);
    held.delete(path);
    release();
    expect((await fetching).body).toBe("0");
    expect(await shown(edge, path)).toBe(1);
    expect(await isHit(edge, path)).toBe(true);
  },
);

test("a fetch that was overtaken by the refresh of other pages is stored all the same", async () => {
  let release = (): void => undefined;
  held.set("calm-soft", new Promise((resolve) => (release = resolve)));
  const edge = fleet.edges[0]!;
  const fetching = get(urlOf(edge, "calm-soft"));
  await sleep(50);
  for (const page of ["calm", "soft", "calm-soft2", "~calm-soft"]) await expiredEverywhere(page);
  held.delete("calm-soft");
  release();
  await fetching;
  expect(await isHit(edge, "calm-soft")).toBe(true);
});

test("as many tags as a page may have are compared with as many changes as are remembered", async () => {
  const edge = fleet.edges[0]!;
  const tags = Array.from(
    { length: 115 },
    (_, index) => `one-of-many-tags-of-about-fifty-bytes-in-all-${index}`,
  );
  const refreshed = [
    ...Array.from({ length: 20 }, (_, index) => `other-${index}-${"x".repeat(60)}`),
    tags[99]!,
  ];
  for (const changed of [refreshed.slice(0, -1), refreshed]) {
    headers.set("laden", { "Surrogate-Key": tags.join(" ") });
    let release = (): void => undefined;
    held.set("laden", new Promise((resolve) => (release = resolve)));
    const fetching = get(urlOf(edge, "laden"));
    await sleep(50);
    await store.expire(changed, 31_536_000_000);
    held.delete("laden");
    release();
    expect((await fetching).status).toBe(200);
    const isStored = await isHit(edge, "laden");
    expect(isStored).toBe(changed !== refreshed);
    await store.invalidate([tags[0]!]);
  }
});

test("what is served for its grace ends with an edit, however soon that follows", async () => {
  headers.set("both", { "CDN-Cache-Control": "max-age=3600, stale-while-revalidate=3600" });
  const edge = fleet.edges[0]!;
  for (let version = 1; version < 6; version++) {
    await stored("both");
    await expiredEverywhere("both");
    versions.set("both", version);
    await store.invalidate([tagOf("both")]);
    expect(await shown(edge, "both")).toBe(version);
  }
});

test("a fetch that other edits overtook is stored all the same", async () => {
  let release = (): void => undefined;
  held.set("calm", new Promise((resolve) => (release = resolve)));
  const edge = fleet.edges[0]!;
  const fetching = get(urlOf(edge, "calm"));
  await sleep(50);
  for (let count = 0; count < 5; count++) await edit(`other-${count}`);
  await sleep(100);
  held.delete("calm");
  release();
  await fetching;
  expect(await isHit(edge, "calm")).toBe(true);
});

test("an edge that has heard nothing for too long passes what could be purged, and only that", async () => {
  await stored("lonely");
  headers.set("timed", { "Surrogate-Key": [] });
  await stored("timed");
  await purger.close();
  expect(
    await until(async () => !(await isHit(fleet.edges[0]!, "lonely")), {
      what: "the edge to pass",
      timeoutMs: 5_000,
    }),
  ).toBe(true);
  versions.set("lonely", 7);
  expect(await shown(fleet.edges[0]!, "lonely")).toBe(7);
  expect(await isHit(fleet.edges[0]!, "timed")).toBe(true);
});

test("a purger that comes back tells what was missed, and ends nothing else", async () => {
  await stored("missed");
  await stored("kept");
  await purger.close();
  await edit("missed");
  purger = newPurger();
  expect(
    await until(() => isFresh("missed"), { what: "both edges to show the edit", timeoutMs: 5_000 }),
  ).toBe(true);
  for (const edge of fleet.edges) expect(await isHit(edge, "kept"), edge.name).toBe(true);
});

test("an edge that was killed starts empty, and is told from there", async () => {
  const [edge] = fleet.edges as [Edge];
  await stored("before");
  await edge.process.stop();
  await edit("before");
  await edge.process.start();
  expect(await shown(edge, "before")).toBe(1);
  expect(
    await until(() => isHit(edge, "before"), { what: "the edge to store again", timeoutMs: 5_000 }),
  ).toBe(true);
  await edit("before");
  expect(
    await until(() => isFresh("before"), { what: "both edges to show the edit", timeoutMs: 1_000 }),
  ).toBe(true);
});

test("a Redis that comes back empty ends everything at the edges", async () => {
  await stored("old");
  versions.set("old", 1);
  await redis.kill();
  await redis.start();
  expect(
    await until(() => isFresh("old"), {
      what: "both edges to show what was not announced",
      timeoutMs: 5_000,
    }),
  ).toBe(true);
});

test("a Redis that is frozen makes the edges pass", async () => {
  await stored("frozen");
  redis.freeze();
  try {
    const passes = async (): Promise<boolean> => !(await isHit(fleet.edges[1]!, "frozen"));
    expect(await until(passes, { what: "the edge to pass", timeoutMs: 5_000 })).toBe(true);
  } finally {
    redis.thaw();
  }
  expect(
    await until(() => isHit(fleet.edges[1]!, "frozen"), {
      what: "the edge to serve again",
      timeoutMs: 5_000,
    }),
  ).toBe(true);
});

test("what is expired is served for its grace while it is fetched anew", async () => {
  headers.set("soft", { "CDN-Cache-Control": "max-age=3600, stale-while-revalidate=60" });
  await stored("soft");
  versions.set("soft", 1);
  await cache.expire({ tags: [tagOf("soft")] });
  const edge = fleet.edges[0]!;
  expect(
    await until(async () => (await shown(edge, "soft")) === 1, { what: "the new version", timeoutMs: 2_000 }),
  ).toBe(true);
});

test("what is expired with a deadline is served by no edge after it, also to the first who asks", async () => {
  headers.set("brief", { "CDN-Cache-Control": "max-age=3600, stale-while-revalidate=3600" });
  await stored("brief");
  versions.set("brief", 1);
  await store.expire([tagOf("brief")], 500);
  await sleep(505);
  for (const edge of fleet.edges) expect(await shown(edge, "brief"), edge.name).toBe(1);
});

test("what is expired for a year is served once more by each edge", async () => {
  headers.set("lasting", { "CDN-Cache-Control": "max-age=3600, stale-while-revalidate=3600" });
  await stored("lasting");
  versions.set("lasting", 1);
  await expiredEverywhere("lasting");
  for (const edge of fleet.edges) expect(await shown(edge, "lasting"), edge.name).toBe(0);
});

test("clearing the cache ends everything", async () => {
  await stored("c1");
  await stored("c2");
  for (const page of ["c1", "c2"]) versions.set(page, 1);
  await cache.clear();
  expect(
    await until(async () => (await isFresh("c1")) && (await isFresh("c2")), {
      what: "all to be new",
      timeoutMs: 1_000,
    }),
  ).toBe(true);
});

test("more tags than fit into one request are all ended", async () => {
  await stored("many");
  versions.set("many", 1);
  const tags = Array.from({ length: 400 }, (_, index) => `a-tag-that-takes-about-forty-bytes-${index}`);
  await cache.invalidate({ tags: [...tags, tagOf("many")] });
  expect(await until(() => isFresh("many"), { what: "both edges to show the edit", timeoutMs: 1_000 })).toBe(
    true,
  );
});

test("nobody but the purger is believed", async () => {
  await stored("safe");
  const { control, web } = fleet.edges[0]!;
  const ask = (port: number, method: string, authorization: string): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}/`, {
      method,
      headers: { authorization, "spillway-tags": tagOf("safe") },
    });
  for (const method of ["GET", "POST", "PURGE", "BAN"]) {
    const refused = await ask(control, method, "Bearer wrong");
    expect(refused.status, method).toBe(403);
    expect(refused.headers.get("spillway-position"), method).toBeNull();
  }
  // The right secret at the door of the public changes nothing.
  await ask(web, "POST", `Bearer ${fleet.purgeSecret}`);
  expect(await isHit(fleet.edges[0]!, "safe")).toBe(true);
});

test("under edits, kills and readers at once no edge shows what was over before it was asked", async () => {
  const pages = Array.from({ length: 8 }, (_, index) => `busy-${index}`);
  const edited = new Map<string, { at: number; version: number }[]>(pages.map((page) => [page, []]));
  const stale: string[] = [];
  let asked = 0;
  let hits = 0;
  const running = { ended: false };
  const reader = async (edge: Edge, page: string): Promise<void> => {
    while (!running.ended) {
      const began = performance.now();
      const answer = await get(urlOf(edge, page)).catch(() => undefined);
      if (answer?.status !== 200) {
        await sleep(5);
        continue;
      }
      asked++;
      if (cacheStatus(answer).includes("; hit")) hits++;
      const due = edited.get(page)!.findLast(({ at }) => at + boundMs < began)?.version ?? 0;
      if (Number(answer.body) < due) stale.push(`${edge.name} ${page}: ${answer.body}, not ${due}`);
    }
  };
  const readers = fleet.edges.flatMap((edge) => pages.map((page) => reader(edge, page)));
  for (let count = 0; count < 300; count++) {
    const page = pages[count % pages.length]!;
    await edit(page);
    edited.get(page)!.push({ at: performance.now(), version: versions.get(page)! });
    if (count % 100 === 50) {
      await fleet.edges[0]!.process.stop();
      await fleet.edges[0]!.process.start();
    }
  }
  running.ended = true;
  await Promise.all(readers);
  expect(stale).toEqual([]);
  expect(asked).toBeGreaterThan(500);
  expect(hits).toBeGreaterThan(100);
});

/** How long after an edit was acknowledged an edge may show what was before: far above what it takes, on a busy machine. */
const boundMs = 250;
