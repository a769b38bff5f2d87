// Next.js's cache handlers as several servers have them: each with a value store of its own.

import type { ValueStore } from "../../src/cache/value-store.ts";
import { Incremental } from "../../src/next/incremental.ts";
import { Revalidation } from "../../src/next/revalidation.ts";
import { type ReadBuild, Seeds } from "../../src/next/seeds.ts";
import type {
  Durations,
  GetContext,
  IncrementalEntry,
  IncrementalValue,
  SetContext,
  UseCacheEntry,
} from "../../src/next/types.ts";
import { UseCache } from "../../src/next/use-cache.ts";

const deployment = "d";
const noBuild: ReadBuild = { get: async () => null };

/** The `cacheHandler` of one server. */
export class PageServer {
  readonly #build: ReadBuild;
  readonly #incremental: Incremental;

  constructor(store: ValueStore, build: ReadBuild = noBuild) {
    const seeds = new Seeds(store, deployment);
    this.#build = build;
    this.#incremental = new Incremental({ store, seeds, revalidation: new Revalidation(store), deployment });
  }

  get(key: string, context: Partial<GetContext> = {}): Promise<IncrementalEntry | null> {
    return this.#incremental.get(key, { kind: "APP_PAGE", ...context }, this.#build);
  }

  set(key: string, value: IncrementalValue | null, context: SetContext = {}): Promise<void> {
    return this.#incremental.set(key, value, context);
  }

  revalidateTag(tags: string | string[], durations?: Durations): Promise<void> {
    return this.#incremental.revalidateTag(tags, durations);
  }

  /** The answer to a request, as Next.js makes it: what is kept, and else what is rendered now, and kept. */
  async render(
    key: string,
    value: IncrementalValue | null,
    context: SetContext = {},
  ): Promise<IncrementalValue | null> {
    const kept = await this.get(key);
    if (kept !== null) return kept.value;
    await this.set(key, value, context);
    return value;
  }
}

/** A page, with the header in which Next.js tells its tags. */
export function page(html: string, tags = ""): IncrementalValue & { html: string } {
  return { kind: "APP_PAGE", html, headers: { "x-next-cache-tags": tags } };
}

/** Whether Next.js makes it anew: older than its time (`IncrementalCache.calculateRevalidate`). */
export function isStale({ lastModified, cacheControl }: IncrementalEntry): boolean {
  const seconds = cacheControl?.revalidate;
  return typeof seconds === "number" && lastModified + seconds * 1_000 < Date.now();
}

/** The `cacheHandlers` of one server. */
export function useCacheOf(store: ValueStore): UseCache {
  return new UseCache({ store, revalidation: new Revalidation(store) });
}

/** What a function with `use cache` has returned just now. */
export function returned(text: string, changed: Partial<UseCacheEntry> = {}): UseCacheEntry {
  const value = new Blob([text]).stream();
  return { value, tags: [], stale: 60, timestamp: Date.now(), expire: 600, revalidate: 60, ...changed };
}
