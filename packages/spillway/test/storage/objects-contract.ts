// What holds of the objects that are there, and of their keys.

import { describe, expect, test } from "vitest";
import { createCache } from "../../src/cache/index.ts";
import { blockBytes } from "../../src/storage/blocks.ts";
import { bytesOf, codeOf, picture, png, sha256 } from "./bodies.ts";
import type { Stage } from "./stage.ts";

export function objectsContract(on: Stage): void {
  describe("get, head and delete", () => {
    test("what is not there is undefined", async () => {
      expect(await on.storage.get("none/a.png")).toBeUndefined();
      expect(await on.storage.head("none/a.png")).toBeUndefined();
      await on.storage.delete("none/a.png");
    });

    test("a part is what was asked for", async () => {
      const { key } = await on.storage.put("0123456789", { folder: "a" });
      for (const [range, text, contentRange] of [
        [{ first: 0, last: 0 }, "0", "bytes 0-0/10"],
        [{ first: 3, last: 5 }, "345", "bytes 3-5/10"],
        [{ first: 7 }, "789", "bytes 7-9/10"],
        [{ first: 8, last: 400 }, "89", "bytes 8-9/10"],
        [{ suffix: 3 }, "789", "bytes 7-9/10"],
        [{ suffix: 400 }, "0123456789", "bytes 0-9/10"],
      ] as const) {
        const found = await on.read(key, { range });
        expect([String(await bytesOf(found.body)), found.contentRange]).toEqual([text, contentRange]);
        expect(found.bytes).toBe(10);
      }
      const beyond = on.storage.get(key, { range: { first: 10 } });
      await expect(beyond).rejects.toMatchObject({
        code: "SPILLWAY_STORAGE_RANGE",
        data: { key, bytes: 10 },
      });
    });

    test("an ETag that is known is unchanged", async () => {
      const { key, etag } = await on.storage.put(png, { folder: "a" });
      for (const ifNoneMatch of [etag, `"x", ${etag}`, `W/${etag}`, "*"])
        expect(await on.storage.get(key, { ifNoneMatch })).toBe("unchanged");
      expect(await on.storage.get("a/none", { ifNoneMatch: "*" })).toBeUndefined();
      await (await on.read(key, { ifNoneMatch: '"other"' })).body.cancel();
    });

    test("an abort ends a body that is being read", async () => {
      const { key } = await on.storage.put(picture(2 * blockBytes), { folder: "a" });
      const stop = new AbortController();
      const { body } = await on.read(key, { signal: stop.signal });
      const reader = body.getReader();
      expect((await reader.read()).done).toBe(false);
      const reason = new Error("enough");
      stop.abort(reason);
      const rest = async (): Promise<void> => {
        while (!(await reader.read()).done);
      };
      await expect(rest()).rejects.toBe(reason);
    });

    test("a deleted object is gone, and what shows it ends in the cache", async () => {
      const cache = createCache({ redis: false });
      const shop = on.ground.open({ cache });
      const { key } = await shop.put(png, { folder: "a" });
      const load = (): Promise<number> =>
        cache.getOrSet("page", () => Promise.resolve(Math.random()), { tags: [shop.tag(key)] });
      const shown = await load();
      expect(await load()).toBe(shown);
      await shop.delete(key);
      expect(await load()).not.toBe(shown);
      expect(await shop.head(key)).toBeUndefined();
      expect(on.ground.keys()).toEqual([]);
      await shop.close();
      await cache.close();
    });

    test("an invalidation that fails is raised", async () => {
      const failure = new Error("Redis is away");
      const shop = on.ground.open({ cache: { invalidate: () => Promise.reject(failure) } });
      const { key } = await shop.put(png, { folder: "a" });
      await expect(shop.delete(key)).rejects.toBe(failure);
      await shop.close();
    });

    test("a prefix is before all keys, and in none of them", async () => {
      const inside = on.ground.open({ prefix: "shop/" });
      const { key } = await inside.put(png, { folder: "a" });
      expect(key).toBe(`a/${sha256(png)}.png`);
      expect(on.ground.keys()).toEqual([`shop/${key}`]);
      expect(await inside.head(key)).toMatchObject({ bytes: png.length });
      expect(await on.storage.head(key)).toBeUndefined();
      await inside.close();
    });

    test.each(["", "/a", "a//b", "a/", "../a", "a/../b", "./a", "a\\b", "a\nb", "a\u0085b", "\uD800"])(
      "%j is no key",
      async (key) => {
        for (const call of [on.storage.get(key), on.storage.head(key), on.storage.delete(key)])
          expect(await codeOf(call)).toBe("SPILLWAY_STORAGE_KEY");
        expect(() => on.storage.url(key)).toThrow(expect.objectContaining({ code: "SPILLWAY_STORAGE_KEY" }));
        expect(await codeOf(on.storage.put(png, { folder: key }))).toBe("SPILLWAY_STORAGE_KEY");
      },
    );

    test("nothing is given out of what is not finished", async () => {
      expect(await codeOf(on.storage.get(".uploads/a"))).toBe("SPILLWAY_STORAGE_KEY");
      expect(await codeOf(on.storage.get(".about/a.json"))).toBe("SPILLWAY_STORAGE_KEY");
    });

    test("a key of more than 1024 bytes is refused", async () => {
      expect(await codeOf(on.storage.head("é/".repeat(342) + "a"))).toBe("SPILLWAY_STORAGE_KEY");
      const inside = on.ground.open({ prefix: "p/" });
      expect(await codeOf(inside.head("a".repeat(1023)))).toBe("SPILLWAY_STORAGE_KEY");
      await inside.close();
    });
  });
}
