// The races that cache libraries lose, each in the one order of steps that loses it.

import { afterEach, expect, it } from "vitest";
import { type Cache, createCache } from "./index.ts";

/** Where the values come from, with a loader that can be held between its reading and its return. */
class Source {
  value = "old";
  reads = 0;
  #release: (() => void) | undefined;

  readonly read = async (): Promise<string> => {
    this.reads++;
    return this.value;
  };

  /** Reads at once, returns when released. */
  readonly readSlowly = async (): Promise<string> => {
    const value = await this.read();
    await new Promise<void>((resolve) => (this.#release = resolve));
    return value;
  };

  release(): void {
    this.#release?.();
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
let source = new Source();
afterEach(() => {
  source = new Source();
});

const invalidations: [string, (cache: Cache) => Promise<void>][] = [
  ["its key", (cache) => cache.invalidate({ keys: ["k"] })],
  ["a tag", (cache) => cache.invalidate({ tags: ["t"] })],
  ["everything", (cache) => cache.clear()],
  ["delete", (cache) => cache.delete("k")],
];

it.each(invalidations)(
  "a load that straddles the invalidation of %s leaves nothing old behind",
  async (_by, invalidate) => {
    const cache = createCache();
    const reading = cache.getOrSet("k", source.readSlowly, { tags: ["t"] });
    await turn();
    source.value = "new";
    await invalidate(cache);
    source.release();
    await turn();
    source.release();
    // It was loaded once more: even who asked before gets the new value.
    expect(await reading).toBe("new");
    expect(await cache.getOrSet("k", source.read, { tags: ["t"] })).toBe("new");
  },
);

it.each(invalidations)(
  "who asks after the invalidation of %s does not join the load before it",
  async (_by, invalidate) => {
    const cache = createCache();
    const reading = cache.getOrSet("k", source.readSlowly, { tags: ["t"] });
    await turn();
    source.value = "new";
    await invalidate(cache);
    const later = cache.getOrSet("k", source.read, { tags: ["t"] });
    expect(await later).toBe("new");
    source.release();
    await turn();
    source.release();
    await reading;
    expect(cache.peek("k")).toBe("new");
  },
);

it("a tag that only the value tells is checked after the load", async () => {
  const cache = createCache();
  const tags = (value: string): string[] => [`said:${value}`, "late"];
  const reading = cache.getOrSet("k", source.readSlowly, { tags });
  await turn();
  source.value = "new";
  await cache.invalidate({ tags: ["late"] });
  source.release();
  await turn();
  source.release();
  expect(await reading).toBe("new");
  await cache.invalidate({ tags: ["said:new"] });
  expect(cache.peek("k")).toBeUndefined();
});

it("a tag that the loader adds counts as one that was given", async () => {
  const cache = createCache();
  await cache.getOrSet("k", ({ tag }) => {
    tag("added");
    return 1;
  });
  await cache.invalidate({ tags: ["added"] });
  expect(cache.peek("k")).toBeUndefined();
});

it("a value that is set is not replaced by a load that began before", async () => {
  const cache = createCache();
  const reading = cache.getOrSet("k", source.readSlowly);
  await turn();
  source.value = "new";
  await cache.set("k", "new");
  source.release();
  await turn();
  source.release();
  await reading;
  expect(cache.peek("k")).toBe("new");
});

it("an invalidated value is served in no grace, an expired one is, while one load refreshes it", async () => {
  const cache = createCache({ grace: 60 });
  await cache.getOrSet("k", source.read, { tags: ["t"] });
  source.value = "new";
  await cache.expire({ tags: ["t"] });
  expect(cache.peek("k")).toBeUndefined();
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => cache.getOrSet("k", source.read, { tags: ["t"] })),
  );
  expect(new Set(answers)).toEqual(new Set(["old"]));
  await turn();
  expect(source.reads).toBe(2);
  expect(cache.peek("k")).toBe("new");
  source.value = "newest";
  await cache.invalidate({ tags: ["t"] });
  expect(await cache.getOrSet("k", source.read, { tags: ["t"] })).toBe("newest");
});

it("an expiry during a load lets its value be kept and refreshed", async () => {
  const cache = createCache({ grace: 60 });
  const reading = cache.getOrSet("k", source.readSlowly, { tags: ["t"] });
  await turn();
  source.value = "new";
  await cache.expire({ tags: ["t"] });
  source.release();
  expect(await reading).toBe("old");
  expect(await cache.getOrSet("k", source.read, { tags: ["t"] })).toBe("old");
  await turn();
  expect(cache.peek("k")).toBe("new");
});

it("a thousand who ask at once load once", async () => {
  const cache = createCache();
  await Promise.all(Array.from({ length: 1_000 }, () => cache.getOrSet("k", source.read)));
  expect(source.reads).toBe(1);
});
