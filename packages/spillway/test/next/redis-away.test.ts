// Next.js's cache handlers while Redis is killed or frozen, and when it is back.

import { isDeepStrictEqual } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type RedisNode, startRedis } from "../../../../testing/redis-node.ts";
import type { ValueStore } from "../../src/cache/value-store.ts";
import { waitUntil } from "../wait.ts";
import { page, PageServer, returned, useCacheOf } from "./handlers.ts";
import { Stores, within } from "./stores.ts";

const soonMs = 300;
let redis: RedisNode;
let stores: Stores;
let all: ValueStore[];
let [one, other]: PageServer[] = [];

beforeEach(async () => {
  redis = await startRedis();
  stores = new Stores(redis);
  all = await stores.follow(2, { maxSilence: 0.4 });
  [one, other] = all.map((store) => new PageServer(store));
});

afterEach(async () => {
  redis.thaw();
  await stores.close();
  await redis.remove();
});

const ways: [way: string, leave: () => unknown, come: () => unknown][] = [
  ["killed", () => redis.kill(), () => redis.start()],
  ["frozen", () => redis.freeze(), () => redis.thaw()],
];

describe.each(ways)("while Redis is %s", (_way, leave, come) => {
  it("a page that is not in memory is rendered at once, by every server", async () => {
    await leave();
    expect(await within(soonMs, one!.get("/p"))).toBeNull();
    expect(await within(soonMs, other!.get("/p"))).toBeNull();
    expect(await within(soonMs, one!.set("/p", page("made")))).toBeUndefined();
  });

  it("a page in memory is no longer served once nothing is known of its end", async () => {
    await one!.render("/p", page("old"));
    await leave();
    const given = (): Promise<unknown> => within(soonMs, one!.get("/p"));
    await waitUntil(async () => (await given()) === null, "memory to be distrusted");
    expect(await given()).toBeNull();
  });

  it("whoever revalidates is told that it failed", async () => {
    await one!.render("/p", page("old", "t"));
    await leave();
    const code = "SPILLWAY_CACHE_INVALIDATION";
    await expect(one!.revalidateTag("t")).rejects.toMatchObject({ code });
    await expect(one!.revalidateTag("t", { expire: 300 })).rejects.toMatchObject({ code });
  });

  it("what could not be ended everywhere has ended here", async () => {
    const [trusting] = (await stores.follow(1, { maxSilence: 30 })).map((store) => new PageServer(store));
    for (const key of ["/p", "/q"]) await trusting!.render(key, page("old", key));
    await leave();
    await expect(trusting!.revalidateTag("/p")).rejects.toThrow("invalidat");
    expect(await within(soonMs, trusting!.get("/p"))).toBeNull();
    expect((await trusting!.get("/q"))?.value).toEqual(page("old", "/q"));
  });

  it("a function with `use cache` is called, and what it returns is taken", async () => {
    const [server] = all.map(useCacheOf);
    await leave();
    expect(await within(soonMs, server!.get("k", []))).toBeUndefined();
    expect(await within(soonMs, server!.set("k", Promise.resolve(returned("made"))))).toBeUndefined();
  });

  it("an invalidation waits for it to be back, if that is soon", async () => {
    await one!.render("/p", page("old", "t"));
    expect(await other!.get("/p")).not.toBeNull();
    await leave();
    const revalidated = other!.revalidateTag("t");
    await come();
    await revalidated;
    expect(await other!.get("/p")).toBeNull();
  });

  it("everything is shared again when it is back, and ended everywhere", async () => {
    await one!.render("/p", page("old", "t"));
    await leave();
    await expect(one!.revalidateTag("invalidat")).rejects.toThrow("t");
    await come();
    await waitUntil(() => one!.revalidateTag("t").then(() => true), "an invalidation to be taken");
    await waitUntil(async () => {
      const pages = [
        await one!.render("/p", page("by one", "t")),
        await other!.render("/p", page("by other", "t")),
      ];
      return isDeepStrictEqual(pages[0], pages[1]);
    }, "both to have the same page");
    expect(await one!.render("/p", page("old", "t"))).not.toEqual(page("old", "t"));
    await other!.revalidateTag("t");
    expect(await one!.get("/p")).toBeNull();
  });
});
