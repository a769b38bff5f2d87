// A value that somebody asks for: how it is loaded, and what it depends on.

import type { EntryOptions } from "./cache.ts";
import type { Form, Kept } from "./form.ts";
import type { Load, LoadBound, LoadContext, Loader } from "./load.ts";
import type { Names } from "./names.ts";

export interface AskedParts {
  names: Names;
  form: Form;
  /** Bytes of a value are counted no further. */
  mostBytes: number;
  bound: LoadBound;
}

export class Asked<T> implements Load {
  readonly key: string;
  readonly tags: readonly string[];
  readonly #parts: AskedParts;
  readonly #loader: Loader<T>;
  readonly #lateTags: ((value: T) => readonly string[]) | undefined;

  // oxlint-disable-next-line max-params -- those of getOrSet, and where they are given
  constructor(parts: AskedParts, key: string, loader: Loader<T>, { tags }: EntryOptions<T>) {
    const isLate = typeof tags === "function";
    this.#parts = parts;
    this.#loader = loader;
    this.#lateTags = isLate ? tags : undefined;
    this.tags = parts.names.tagsOf(key, isLate ? [] : (tags ?? []));
    this.key = parts.names.kept(key);
  }

  get bound(): LoadBound {
    return this.#parts.bound;
  }

  call(context: LoadContext): unknown {
    const { names } = this.#parts;
    if (names.own === undefined) return this.#loader(context);
    const tag = (...more: string[]): void => context.tag(...names.tags(more));
    return this.#loader({
      tag,
      get signal() {
        return context.signal;
      },
    });
  }

  late(value: unknown): readonly string[] {
    return this.#lateTags === undefined ? [] : this.#parts.names.tags(this.#lateTags(value as T));
  }

  keep(value: unknown): Kept {
    return this.#parts.form.keep(value, this.#parts.mostBytes);
  }
}
