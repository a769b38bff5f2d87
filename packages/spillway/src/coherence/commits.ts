// The commits that are in the log, as far as this process remembers.

/** More than the tailer can be behind in the time that it waits; of one that is forgotten it repeats the tags. */
const mostCommits = 50_000;

export class Commits {
  readonly #names = new Set<string>();

  add(name: string): void {
    this.#names.add(name);
    if (this.#names.size <= mostCommits) return;
    for (const oldest of this.#names) {
      this.#names.delete(oldest);
      return;
    }
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }
}
