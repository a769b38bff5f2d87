// What the build has rendered, read by Next.js's own handler, which knows where it lies.

import type { ValueStore } from "../cache/value-store.ts";
import type { LogMark } from "../coherence/token.ts";
import type { GetContext, IncrementalEntry, IncrementalHandler } from "./types.ts";

/** Reads the files of the build, and keeps nothing in memory. */
export type ReadBuild = Pick<IncrementalHandler, "get">;

export class Seeds {
  readonly #store: ValueStore;
  readonly #deployment: string;
  #builtAt: Promise<LogMark | undefined> | undefined;
  readonly #asked = new Set<string>();

  constructor(store: ValueStore, deployment: string) {
    this.#store = store;
    this.#deployment = deployment;
  }

  /** Once for each key: what it was once given up for it does not come back to. */
  async find(
    key: string,
    context: GetContext,
    build: ReadBuild,
  ): Promise<{ entry: IncrementalEntry; mark: LogMark } | undefined> {
    if (this.#asked.has(key)) return undefined;
    const mark = await (this.#builtAt ??= this.#store.builtAt(this.#deployment));
    if (mark === undefined) {
      this.#builtAt = undefined;
      return undefined;
    }
    this.#asked.add(key);
    const entry = await build.get(key, context);
    return entry === null ? undefined : { entry, mark };
  }
}
