// `revalidateTag`, `revalidatePath`, `updateTag`: what they end in every process, before the call that asked resolves.

import { currentScope } from "../coherence/scope.ts";
import type { ValueStore } from "../cache/value-store.ts";
import type { Durations } from "./types.ts";

export class Revalidation {
  readonly #store: ValueStore;
  /** Next.js tells both kinds of handlers of the same call. */
  readonly #underWay = new Map<string, Promise<void>>();

  constructor(store: ValueStore) {
    this.#store = store;
  }

  /**
   * Without `durations`, or with an `expire` of 0, nothing of `tags` is served again. Otherwise what there is may be
   * served while it is made anew, for `expire` seconds at most.
   */
  run(tags: readonly string[], durations?: Durations): Promise<void> {
    if (tags.length === 0) return Promise.resolve();
    const seconds = durations === undefined ? 0 : (durations.expire ?? Infinity);
    const name = JSON.stringify([String(seconds), ...tags]);
    const known = this.#underWay.get(name);
    if (known !== undefined) return known;
    const work = this.#end(tags, seconds).finally(() => this.#underWay.delete(name));
    this.#underWay.set(name, work);
    // Next.js answers the request of a route handler meanwhile: who reads the answer must be able to rely on it.
    currentScope()?.origin.hold?.(work);
    return work;
  }

  #end(tags: readonly string[], seconds: number): Promise<void> {
    if (seconds <= 0) return this.#store.invalidate(tags);
    return this.#store.expire(tags, Number.isFinite(seconds) ? Math.round(seconds * 1_000) : undefined);
  }
}
