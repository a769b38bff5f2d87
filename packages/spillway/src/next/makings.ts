// What one request makes to be kept, and the old values that it was given meanwhile: what is made of them is no newer.

import { currentScope } from "../coherence/scope.ts";

/** A value that was let be refreshed. */
export interface Given {
  tags: readonly string[];
  stamp: number;
}

interface Noted extends Given {
  /** Counts what the request has begun and was given. */
  at: number;
}

export class Makings {
  #isPage = false;
  #count = 0;
  readonly #begun = new Map<string, number>();
  readonly #given = new Map<string, Noted>();

  /** What is to be made anew is as good as none from now on: it would stay in the page. */
  get isPage(): boolean {
    return this.#isPage;
  }

  beginPage(): void {
    this.#isPage = true;
  }

  begin(name: string): void {
    this.#begun.set(name, this.#count++);
  }

  give(name: string, given: Given): void {
    this.#given.set(name, { ...given, at: this.#count++ });
  }

  /**
   * The stamp of what was made under `name` with these tags. Next.js adds to a value the tags of those that it is made of;
   * which ones these are, it does not say. So all of them count that may be: of the same tags those that were given since
   * it was begun, and of fewer tags all. Of two that are made beside each other, that lets one be new.
   */
  stampOf(name: string, { tags, stamp }: Given): number {
    const own = new Set(tags);
    const begun = this.#begun.get(name) ?? 0;
    let least = stamp;
    for (const [key, given] of this.#given) {
      const mayBePart = key !== name && given.tags.every((tag) => own.has(tag));
      const isOfFewer = new Set(given.tags).size < own.size;
      if (mayBePart && (isOfFewer || given.at > begun)) least = Math.min(least, given.stamp);
    }
    return least;
  }
}

const owner = {};

/** Undefined outside of any request. */
export function currentMakings(): Makings | undefined {
  return currentScope()?.keep(owner, () => new Makings());
}
