// Next.js's `cacheHandlers`: what functions, components and files with `use cache` return.

import type { ValueStore } from "../cache/value-store.ts";
import { currentMakings } from "./makings.ts";
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
    if (found === undefined) return await this.#missing(name);
    const { value: kept, isExpired, stamp } = found;
    const isStale = isExpired || isPast(kept);
    if (!isStale) return entryOf(kept, {});
    const makings = currentMakings();
    if (makings?.isPage === true) return await this.#missing(name);
    if (isExpired) makings?.give(name, { tags: kept.tags, stamp });
    // While one makes it anew, for all others it is as good as new.
    if (!(await store.claim(name))) return entryOf(kept, { timestamp: Date.now() });
    await this.#begin(name);
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

  async #missing(name: string): Promise<undefined> {
    await this.#begin(name);
  }

  async #begin(name: string): Promise<void> {
    currentMakings()?.begin(name);
    this.#stamps.note(name, await this.#parts.store.begin());
  }

  async #set(name: string, pending: Promise<UseCacheEntry>): Promise<void> {
    const { store } = this.#parts;
    const begun = this.#stamps.take(name);
    let isMade = false;
    try {
      const { value, ...entry } = await pending;
      const bytes = await bytesOf(value);
      // It is made anew for each reader (as Next.js's own handler has it).
      if (entry.expire === 0 || begun === undefined || bytes === undefined) return;
      const { tags } = entry;
      const stamp = currentMakings()?.stampOf(name, { tags, stamp: begun }) ?? begun;
      const kept: Kept = { ...entry, bytes };
      isMade = true;
      // Its time began when it was begun.
      const ttlMs = entry.timestamp + entry.expire * 1_000 - Date.now();
      await store.put(name, kept, { tags, stamp, ttlMs });
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
