// Next.js's `cacheHandler`: pages, answers of route handlers, fetches, `unstable_cache` and images.

import type { Standing, ValueStore } from "../cache/value-store.ts";
import { currentScope } from "../coherence/scope.ts";
import { foundPage } from "./page-headers.ts";
import type { Revalidation } from "./revalidation.ts";
import { Images } from "./images.ts";
import { currentMakings } from "./makings.ts";
import type { ReadBuild, Seeds } from "./seeds.ts";
import { Stamps } from "./stamps.ts";
import type {
  CacheControl,
  Durations,
  GetContext,
  IncrementalEntry,
  IncrementalValue,
  SetContext,
} from "./types.ts";

/** What Next.js takes for "for ever" (`CACHE_ONE_YEAR_SECONDS`). */
const yearSeconds = 31_536_000;
const tagsHeader = "x-next-cache-tags";

interface Kept {
  /** Null for a page that there is not. */
  value: IncrementalValue | null;
  /** Milliseconds since 1970. */
  madeAt: number;
  cacheControl: CacheControl | undefined;
}

/** Rendered by one of all processes, while the others wait for it. */
const pageKinds: ReadonlySet<string> = new Set(["APP_PAGE", "APP_ROUTE", "PAGES"]);

export interface IncrementalParts {
  store: ValueStore;
  seeds: Seeds;
  revalidation: Revalidation;
  /** Pages are of one deployment, and so are the tags by which a deployment ends. */
  deployment: string;
}

/** One for all requests: Next.js makes a handler for each. */
export class Incremental {
  readonly #parts: IncrementalParts;
  readonly #stamps = new Stamps();
  readonly #images = new Images();
  /** One list for a page as long as it is kept: it is asked for more often than made. */
  readonly #tags = new WeakMap<Kept, readonly string[]>();
  /** Those that were let be refreshed. */
  readonly #old = new WeakSet<IncrementalValue>();

  constructor(parts: IncrementalParts) {
    this.#parts = parts;
  }

  async get(key: string, context: GetContext, build: ReadBuild): Promise<IncrementalEntry | null> {
    const entry = await this.#get(key, context, build);
    if (entry?.value == null || context.kind !== "IMAGE") return entry;
    const value = await this.#images.whole(entry.value);
    return value === undefined ? await this.#missing(key, context) : { ...entry, value };
  }

  async #get(key: string, context: GetContext, build: ReadBuild): Promise<IncrementalEntry | null> {
    const { store } = this.#parts;
    const name = this.#name(key, context.kind);
    const isFetch = context.kind === "FETCH";
    const tags = isFetch ? [...(context.tags ?? []), ...(context.softTags ?? [])] : [];
    const isOld = (kept: Kept): boolean => isPast(kept, context);
    const found =
      (await store.find<Kept>(name, tags, isOld)) ??
      (pageKinds.has(context.kind) ? await this.#firstOf(key, context, build) : undefined);
    if (found === undefined) return await this.#missing(key, context);
    const { value: kept, isExpired, stamp } = found;
    const isStale = isExpired || isOld(kept);
    if (!isFetch) this.#tell(name, kept, isStale);
    if (!isStale) return entryOf(kept, kept.madeAt);
    const makings = currentMakings();
    if (isFetch && makings?.isPage === true) return await this.#missing(key, context);
    if (isFetch && isExpired) makings?.give(name, { tags: tagsOf(kept.value, context.tags), stamp });
    // While one makes it anew, for all others it is as good as new.
    if (!(await store.claim(name))) return entryOf(kept, Date.now());
    if (isExpired && kept.value !== null) this.#old.add(kept.value);
    await this.#begin(name, context);
    return isExpired ? this.#expired(kept, context) : entryOf(kept, kept.madeAt);
  }

  async set(key: string, data: IncrementalValue | null, context: SetContext): Promise<void> {
    const { store } = this.#parts;
    const kind = context.fetchCache === true ? "FETCH" : (data?.kind ?? "");
    const name = this.#name(key, kind);
    const tags = tagsOf(data, context.tags);
    const begun = this.#stamps.take(name);
    // It could not be made anew: Next.js would have the old one be new. Until the claim is over, nobody tries again.
    if (data !== null && this.#old.has(data)) return;
    const stamp = begun && (currentMakings()?.stampOf(name, { tags, stamp: begun }) ?? begun);
    const madeAt = Date.now();
    const value = kind === "IMAGE" && data !== null ? await this.#images.keep(data) : data;
    const kept: Kept = { value, madeAt, cacheControl: context.cacheControl };
    // Of what was never looked for it is not known since when it is being made: it ends what there is.
    if (stamp === undefined) return await store.end(name);
    const isKept = await store.put(name, kept, { tags, stamp, ttlMs: leftOf(kept) });
    if (kind !== "FETCH") this.#tell(name, kept, !isKept);
  }

  async revalidateTag(tags: string | string[], durations?: Durations): Promise<void> {
    await this.#parts.revalidation.run([tags].flat(), durations);
  }

  async #missing(key: string, context: GetContext): Promise<null> {
    await this.#begin(this.#name(key, context.kind), context);
    return null;
  }

  async #begin(name: string, { kind }: GetContext): Promise<void> {
    const makings = currentMakings();
    makings?.begin(name);
    if (pageKinds.has(kind)) makings?.beginPage();
    this.#stamps.note(name, await this.#parts.store.begin());
  }

  #tell(name: string, kept: Kept, isStale: boolean): void {
    let tags = this.#tags.get(kept);
    if (tags === undefined) {
      tags = [...tagsOf(kept.value, undefined), this.#parts.store.tagOf(name)];
      this.#tags.set(kept, tags);
    }
    foundPage({ tags, madeAt: kept.madeAt, isStale });
  }

  /** What the build rendered, or what another process is rendering; undefined for the one who is to render it. */
  async #firstOf(key: string, context: GetContext, build: ReadBuild): Promise<Standing<Kept> | undefined> {
    const { store, seeds } = this.#parts;
    const name = this.#name(key, context.kind);
    const seed = await seeds.find(key, context, build);
    if (seed !== undefined) {
      const { entry, mark } = seed;
      const kept: Kept = { value: entry.value, madeAt: entry.lastModified, cacheControl: entry.cacheControl };
      const tags = tagsOf(kept.value, undefined);
      const ttlMs = leftOf(kept);
      if (ttlMs > 0 && (await store.adopt(name, kept, { tags, mark, ttlMs })))
        return { value: kept, isExpired: false, stamp: 0 };
    }
    if (!(await store.claim(name))) return await store.awaited<Kept>(name, []);
    // Somebody may have rendered it, and let go of the claim, since it was looked for.
    const made = await store.find<Kept>(name, [], () => true);
    if (made !== undefined) {
      await store.release(name);
      return made;
    }
    // It may come to nothing: others are not to wait for it then.
    currentScope()?.origin.onEnd?.(() => void store.release(name));
    return undefined;
  }

  /** Data outlives a deployment; what is rendered from it does not. */
  #name(key: string, kind: string): string {
    return kind === "FETCH" ? `next:data:${key}` : `next:${this.#parts.deployment}:${key}`;
  }

  /** Old enough to be made anew, whatever it says of its own time. */
  #expired(kept: Kept, context: GetContext): IncrementalEntry {
    const now = Date.now();
    if (context.kind === "FETCH") {
      const seconds = context.revalidate || kept.value?.revalidate || yearSeconds;
      return entryOf(kept, now - 1_000 * (seconds + 1));
    }
    return { ...entryOf(kept, now - 2_000), cacheControl: { ...kept.cacheControl, revalidate: 1 } };
  }
}

/** For how many milliseconds it may be served: past its `expire` Next.js makes who asks wait for a new one. */
function leftOf({ madeAt, cacheControl }: Kept): number {
  return madeAt + (cacheControl?.expire ?? yearSeconds) * 1_000 - Date.now();
}

/** Whether it is to be made anew, by the rules of Next.js. */
function isPast({ madeAt, cacheControl, value }: Kept, { kind, revalidate }: GetContext): boolean {
  const seconds = kind === "FETCH" ? revalidate || value?.revalidate : cacheControl?.revalidate;
  return typeof seconds === "number" && Date.now() > madeAt + seconds * 1_000;
}

function entryOf({ value, cacheControl }: Kept, lastModified: number): IncrementalEntry {
  return { value, lastModified, ...(cacheControl === undefined ? {} : { cacheControl }) };
}

/** Those of a page come in a header that Next.js takes out before it answers. */
function tagsOf(value: IncrementalValue | null, given: readonly string[] | undefined): string[] {
  const header = value?.headers?.[tagsHeader];
  const ofPage = typeof header === "string" ? header.split(",") : [];
  return [...new Set([...(given ?? []), ...(value?.tags ?? []), ...ofPage])].filter((tag) => tag !== "");
}
