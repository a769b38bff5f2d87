// Value stores as several processes have them: each with a connection, a memory and a table of its own.

import { setTimeout as sleep } from "node:timers/promises";
import { createValueStore } from "../../src/cache/open.ts";
import type { CacheSettings } from "../../src/cache/settings.ts";
import type { Standing, ValueStore } from "../../src/cache/value-store.ts";
import type { RedisNode } from "../../../../testing/redis-node.ts";

let count = 0;

export class Stores {
  readonly #redis: RedisNode;
  readonly #opened: ValueStore[] = [];

  constructor(redis: RedisNode) {
    this.#redis = redis;
  }

  open(settings: CacheSettings = {}): ValueStore {
    const store = createValueStore({ redis: `${this.#redis.url}/0?process=${count++}`, ...settings });
    this.#opened.push(store);
    return store;
  }

  /** So many, each of which follows the log already. */
  async follow(many: number, settings: CacheSettings = {}): Promise<ValueStore[]> {
    const stores = Array.from({ length: many }, () => this.open(settings));
    for (const store of stores) await found(store, "nothing");
    return stores;
  }

  async close(): Promise<void> {
    await Promise.all(this.#opened.splice(0).map((store) => store.close()));
  }
}

const longMs = 60_000;

/** What is there, whatever its age; `tags` are those of the reader. */
export async function found(store: ValueStore, key: string, tags: readonly string[] = []): Promise<unknown> {
  return (await standing(store, key, tags))?.value;
}

export async function standing(
  store: ValueStore,
  key: string,
  tags: readonly string[] = [],
): Promise<Omit<Standing<unknown>, "stamp"> | undefined> {
  const there = await store.find<unknown>(key, tags, () => false);
  return there && { value: there.value, isExpired: there.isExpired };
}

/** Makes a value as a framework does: looked for, begun, made, put. */
export async function made(
  store: ValueStore,
  key: string,
  { value, tags = [], lastsMs = longMs }: { value: unknown; tags?: readonly string[]; lastsMs?: number },
): Promise<boolean> {
  await found(store, key);
  const stamp = await store.begin();
  return await store.put(key, value, { tags, stamp, ttlMs: lastsMs });
}

/** What `work` comes to, and undefined if that takes longer. */
export async function within<T>(ms: number, work: Promise<T>): Promise<T | "late"> {
  return await Promise.race([work, sleep(ms, "late" as const, { ref: false })]);
}
