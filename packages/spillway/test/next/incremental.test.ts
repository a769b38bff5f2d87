// Next.js's `cacheHandler` on several servers that share a Redis.

import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { type RedisNode, startRedis } from "../../../../testing/redis-node.ts";
import { noteBuild } from "../../src/coherence/shared-log/built.ts";
import { runInThisScope, Scope } from "../../src/coherence/scope.ts";
import type { IncrementalEntry, IncrementalValue } from "../../src/next/types.ts";
import { waitUntil } from "../wait.ts";
import { isStale, page, PageServer } from "./handlers.ts";
import { Stores, within } from "./stores.ts";

let redis: RedisNode;
let stores: Stores;
let servers: PageServer[];
let [one, other]: PageServer[] = [];

beforeAll(async () => {
  redis = await startRedis();
});

beforeEach(async () => {
  await redis.cli("flushall");
  stores = new Stores(redis);
  servers = (await stores.follow(3)).map((store) => new PageServer(store));
  [one, other] = servers;
});

afterEach(() => stores.close());

afterAll(() => redis.remove());

/** What all of them answer, none of them asked before another has been answered. */
async function everywhere(key: string): Promise<(IncrementalEntry | null)[]> {
  const entries: (IncrementalEntry | null)[] = [];
  for (const server of servers) entries.push(await server.get(key));
  return entries;
}

const htmls = async (key: string): Promise<unknown[]> =>
  (await everywhere(key)).map((entry) => (entry?.value as { html?: string } | undefined)?.html);

it("every server has the page that one has rendered", async () => {
  await one!.render("/p", page("made"), { cacheControl: { revalidate: 60, expire: 600 } });
  const [entry] = await everywhere("/p");
  expect(entry).toMatchObject({ value: page("made"), cacheControl: { revalidate: 60, expire: 600 } });
  expect(isStale(entry!)).toBe(false);
  expect(await htmls("/p")).toEqual(["made", "made", "made"]);
});

it("one server renders a page that nobody has, and the others wait for it", async () => {
  expect(await one!.get("/p")).toBeNull();
  const waiting = other!.get("/p");
  expect(await within(50, waiting)).toBe("late");
  await one!.set("/p", page("made"));
  expect((await waiting)?.value).toEqual(page("made"));
});

it("the next server renders a page when the request that was to render it has ended without", async () => {
  const endings: (() => void)[] = [];
  const scope = new Scope({ onEnd: (work) => endings.push(work) });
  expect(await runInThisScope(scope, () => one!.get("/p"))).toBeNull();
  const waiting = other!.get("/p");
  for (const end of endings) end();
  expect(await within(1_000, waiting)).toBeNull();
});

it("tells exactly one server that a page is older than its time, the others that it is new", async () => {
  await one!.render("/p", page("old"), { cacheControl: { revalidate: 0.3, expire: 600 } });
  await everywhere("/p");
  const { lastModified } = (await one!.get("/p"))!;
  await waitUntil(() => Date.now() > lastModified + 300, "it to be older than its time");
  const told = await Promise.all(servers.map(async (server) => isStale((await server.get("/p"))!)));
  expect(told.filter(Boolean)).toHaveLength(1);
  expect((await htmls("/p")).every((html) => html === "old")).toBe(true);
  await servers[told.indexOf(true)]!.set("/p", page("new"), { cacheControl: { revalidate: 60 } });
  expect(await htmls("/p")).toEqual(["new", "new", "new"]);
});

it.each([
  ["in its header", page("old", "first,t,_N_T_/p"), {}],
  ["with the value", { ...page("old"), tags: ["t"] }, {}],
  ["with the call", page("old"), { tags: ["t"] }],
])(
  "no server has a page any more that is told %s to have a tag that has ended",
  async (_how, value, context) => {
    await one!.render("/p", value, context);
    await everywhere("/p");
    await other!.revalidateTag("t");
    // The first one asked is to render it.
    expect(await one!.get("/p")).toBeNull();
  },
);

it("keeps a page whose tags have not ended", async () => {
  await one!.render("/p", page("made", "first,second"));
  await other!.revalidateTag(["third", "fir", "first,second"]);
  expect(await htmls("/p")).toEqual(["made", "made", "made"]);
});

it("a tag that may be refreshed ends nothing: one server is told to make it anew", async () => {
  await one!.render("/p", page("old", "t"), { cacheControl: { revalidate: 60, expire: 600 } });
  await everywhere("/p");
  await other!.revalidateTag("t", { expire: 300 });
  const entries = await everywhere("/p");
  expect(entries.map((entry) => entry?.value)).toEqual(servers.map(() => page("old", "t")));
  expect(entries.filter((entry) => isStale(entry!))).toHaveLength(1);
});

it("a tag with an expire of 0 ends what has it", async () => {
  await one!.render("/p", page("old", "t"));
  await other!.revalidateTag("t", { expire: 0 });
  expect(await one!.get("/p")).toBeNull();
});

it("keeps no page that was overtaken while it was rendered", async () => {
  expect(await one!.get("/p")).toBeNull();
  await other!.revalidateTag("t");
  await one!.set("/p", page("overtaken", "t"));
  expect(await one!.get("/p")).toBeNull();
});

it("a page that is made without having been looked for ends what there is", async () => {
  await one!.render("/p", page("old"));
  await everywhere("/p");
  await other!.set("/p", page("on demand"));
  expect(await one!.get("/p")).toBeNull();
});

it("bytes, and parts of a page by their names, come back equal through Redis", async () => {
  const all = Buffer.from(Uint8Array.from({ length: 256 }, (_, value) => value));
  const value = {
    ...page("made"),
    rscData: all,
    segmentData: new Map([
      ["/_tree", all],
      ["/p/__PAGE__", Buffer.alloc(0)],
    ]),
    status: undefined,
    postponed: undefined,
  };
  await one!.render("/p", value);
  const back = (await other!.get("/p"))!.value as typeof value;
  expect(back).toEqual(value);
  expect(Buffer.isBuffer(back.rscData)).toBe(true);
  expect(back.segmentData).toBeInstanceOf(Map);
  expect(Buffer.isBuffer(back.segmentData.get("/_tree"))).toBe(true);
});

it("remembers everywhere that there is no such page", async () => {
  await one!.render("/p", null, { cacheControl: { revalidate: 60 } });
  expect(await everywhere("/p")).toMatchObject([{ value: null }, { value: null }, { value: null }]);
});

it("fetched data ends by its own tags and by those of who asks", async () => {
  const data = { kind: "FETCH", data: { body: "old" }, revalidate: 60 } as IncrementalValue;
  const context = { kind: "FETCH", tags: ["own"], softTags: ["_N_T_/p"] };
  for (const tag of ["own", "_N_T_/p"]) {
    expect(await one!.get("fetch", context)).toBeNull();
    await one!.set("fetch", data, { fetchCache: true, tags: ["own"] });
    expect((await other!.get("fetch", context))?.value).toEqual(data);
    await other!.revalidateTag(tag);
    expect(await other!.get("fetch", context)).toBeNull();
  }
});

it("answers with what the build has rendered, until it ends", async () => {
  await noteBuild({ redis: redis.url, deployment: "d" });
  const entry = { value: page("built", "t"), lastModified: Date.now() };
  const build = { get: async (key: string) => (key === "/p" ? entry : null) };
  const [first, second] = (await stores.follow(2)).map((store) => new PageServer(store, build));
  expect((await first!.get("/p"))?.value).toEqual(page("built", "t"));
  await first!.revalidateTag("t");
  // The second has never looked at its own build.
  expect(await second!.get("/p")).toBeNull();
});
