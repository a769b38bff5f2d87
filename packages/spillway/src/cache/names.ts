// The keys and tags of one namespace, as they are kept: those of another never meet them.

import { checkName } from "./settings.ts";

/** Before the key in the tag that every value has for its own key: no tag of a caller begins so. */
const keyMark = "\u0000";

export class Names {
  readonly #prefix: string;
  /** Tags that every value of this namespace has: one for it, after those of the namespaces around it. */
  readonly common: readonly string[];

  constructor(prefix = "", common: readonly string[] = []) {
    this.#prefix = prefix;
    this.common = common;
  }

  /** The tag of the whole namespace; undefined for that of all. */
  get own(): string | undefined {
    return this.common.at(-1);
  }

  within(name: string): Names {
    checkName("namespace", name);
    const prefix = `${this.#prefix}${name}${keyMark}`;
    return new Names(prefix, [...this.common, `${keyMark}${prefix}`]);
  }

  /** What a value is kept under. */
  kept(key: string): string {
    return this.#prefix + key;
  }

  /** All tags of the value of `key`, whose own are `given`. Throws SPILLWAY_CACHE_KEY. */
  tagsOf(key: string, given: readonly string[]): string[] {
    checkName("key", key);
    const tags = [this.keyTag(key)];
    for (const tag of this.common) tags.push(tag);
    for (const tag of given) tags.push(this.#tag(tag));
    return tags;
  }

  /** Throws SPILLWAY_CACHE_KEY. */
  tags(given: readonly string[]): string[] {
    return given.map((tag) => this.#tag(tag));
  }

  #tag(tag: string): string {
    checkName("tag", tag);
    return this.#prefix + tag;
  }

  keyTag(key: string): string {
    return `${keyMark}${keyMark}${this.#prefix}${key}`;
  }

  /** A tag as its caller wrote it; undefined for one that only the cache knows. */
  shown(tag: string): string | undefined {
    if (tag.startsWith(keyMark)) return undefined;
    return tag.startsWith(this.#prefix) ? tag.slice(this.#prefix.length) : tag;
  }
}
