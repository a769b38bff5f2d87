// Next.js's `cacheHandlers`: what functions, components and files with `use cache` return.

import type { ValueStore } from "../cache/value-store.ts";
import type { Revalidation } from "./revalidation.ts";
import { Stamps } from "./stamps.ts";
import type { Durations, UseCacheEntry, UseCacheHandler } from "./types.ts";

interface Kept extends Omit<UseCacheEntry, "value"> {
  bytes: Buffer;
}

export interface UseCacheParts {
  store: ValueStore;
  revalidation: Revalidation;
}

export class UseCache implements UseCacheHandler {
  readonly #parts: UseCacheParts;
  readonly #stamps = new Stamps();
  /** Being made in this process: who asks meanwhile waits for it. */
  readonly #pending = new Map<string, Promise<void>>();

  constructor(parts: UseCacheParts) {
    this.#parts = parts;
  }

  async get(key: string, softTags: string[]): Promise<UseCacheEntry | undefined> {
    const name = nameOf(key);
    await this.#pending.get(name);
    const { store } = this.#parts;
    const found = await store.find<Kept>(name, softTags, isPast);
    if (found === undefined) {
      this.#stamps.note(name, await store.begin());
      return undefined;
    }
    const { value: kept, isExpired } = found;
    const isStale = isExpired || isPast(kept);
    if (!isStale) return entryOf(kept, {});
    // While one makes it anew, for all others it is as good as new.
    if (!(await store.claim(name))) return entryOf(kept, { timestamp: Date.now() });
    this.#stamps.note(name, await store.begin());
    return entryOf(kept, { revalidate: -1 });
  }

  async set(key: string, pending: Promise<UseCacheEntry>): Promise<void> {
    const name = nameOf(key);
    const work = this.#set(name, pending);
    const settled = work.catch(() => undefined);
    this.#pending.set(name, settled);
    void settled.finally(() => {
      if (this.#pending.get(name) === settled) this.#pending.delete(name);
    });
    await work;
  }

  async refreshTags(): Promise<void> {
    // Each read judges by the log as it is then.
  }

  async getExpiration(): Promise<number> {
    // They are given to `get` instead.
    return Infinity;
  }

  async updateTags(tags: string[], durations?: Durations): Promise<void> {
    await this.#parts.revalidation.run(tags, durations);
  }

  async #set(name: string, pending: Promise<UseCacheEntry>): Promise<void> {
    const { store } = this.#parts;
    const stamp = this.#stamps.take(name);
    let isMade = false;
    try {
      const { value, ...entry } = await pending;
      const bytes = await bytesOf(value);
      // It is made anew for each reader (as Next.js's own handler has it).
      if (entry.expire === 0 || stamp === undefined || bytes === undefined) return;
      const kept: Kept = { ...entry, bytes };
      isMade = true;
      await store.put(name, kept, { tags: entry.tags, stamp, ttlMs: entry.expire * 1_000 });
    } finally {
      // Another one is to try then.
      if (!isMade) await store.release(name);
    }
  }
}

/** Its key names the build, so that another one's values are not taken for it. */
function nameOf(key: string): string {
  return `next:use:${key}`;
}

function isPast({ timestamp, revalidate }: Kept): boolean {
  return Date.now() > timestamp + revalidate * 1_000;
}

function entryOf({ bytes, ...kept }: Kept, changed: Partial<Kept>): UseCacheEntry {
  return { ...kept, ...changed, value: new Blob([new Uint8Array(bytes)]).stream() };
}

/** Undefined for a stream that broke off: a part of a value is none. */
async function bytesOf(stream: ReadableStream<Uint8Array>): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of stream) chunks.push(chunk);
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks);
}
