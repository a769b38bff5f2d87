// One commit, as far as caches are concerned.

/** What came of it: its writer had announced it, it was repeated, its rows were announced, or it meant nothing. */
export type CommitResult = "known" | "repeated" | "rows" | "unrelated";

/** What a commit ends, under the name by which the log knows it, or under none. */
export interface Part {
  id: string | undefined;
  tags: readonly string[];
  /** Everything that is cached, since it cannot be told which tags are meant. */
  all: boolean;
}

export interface Commit {
  /** The lower half of its transaction's id; undefined for what was said outside of any. */
  xid: number | undefined;
  /** Where it ends in the WAL. */
  end: number;
  parts: readonly Part[];
  /** On the clock of `performance.now()`. */
  decodedAt: number;
  result: CommitResult;
}

/** More of them, and everything is void: a bulk change must not fill the memory. */
const mostTags = 100_000;

/** Collects what one transaction ends. */
export class Draft {
  readonly xid: number | undefined;
  readonly #named: Part[] = [];
  readonly #loose = new Set<string>();
  #all = false;

  constructor(xid: number | undefined) {
    this.xid = xid;
  }

  /** Nothing can be added to it any more. */
  get isAll(): boolean {
    return this.#all;
  }

  addNamed(id: string, tags: readonly string[]): void {
    this.#named.push({ id, tags, all: false });
  }

  add(tags: readonly string[]): void {
    if (this.#all) return;
    for (const tag of tags) this.#loose.add(tag);
    if (this.#loose.size > mostTags) this.addAll();
  }

  addAll(): void {
    this.#all = true;
    this.#loose.clear();
  }

  finish(end: number): Commit {
    for (const { tags } of this.#named) for (const tag of tags) this.#loose.delete(tag);
    const parts = [...this.#named];
    if (this.#all || this.#loose.size > 0)
      parts.push({ id: undefined, tags: [...this.#loose], all: this.#all });
    const result = parts.length === 0 ? "unrelated" : "known";
    return { xid: this.xid, end, parts, decodedAt: performance.now(), result };
  }
}
