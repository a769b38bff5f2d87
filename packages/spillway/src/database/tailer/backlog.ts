// What has come and is not in every log yet, in the order of the WAL.

import type { Commit } from "./commit.ts";

export class Backlog {
  #commits: Commit[] = [];
  #size = 0;
  /** The number of the first that is kept; they are counted from the beginning of the stream. */
  first = 0;
  /** All that ends in the WAL before it has come; undefined before anything has. */
  position: number | undefined;

  /** The number that the next one will have. */
  get end(): number {
    return this.first + this.#commits.length;
  }

  /** Commits and tags that are kept. */
  get size(): number {
    return this.#size;
  }

  add(commit: Commit): void {
    this.#commits.push(commit);
    this.#size += sizeOf(commit);
  }

  moveTo(lsn: number): void {
    this.position = Math.max(this.position ?? 0, lsn);
  }

  /** At most `count` from number `from`. */
  from(from: number, count: number): readonly Commit[] {
    return this.#commits.slice(from - this.first, from - this.first + count);
  }

  at(number: number): Commit | undefined {
    return this.#commits[number - this.first];
  }

  /** Forgets those before `number`, and returns them. */
  drop(number: number): readonly Commit[] {
    const dropped = this.#commits.splice(0, number - this.first);
    this.first += dropped.length;
    for (const commit of dropped) this.#size -= sizeOf(commit);
    return dropped;
  }
}

function sizeOf({ parts }: Commit): number {
  return parts.reduce((sum, { tags }) => sum + tags.length, 1);
}
