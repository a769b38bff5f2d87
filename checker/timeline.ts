// Acknowledged writes of one item in the order of their acknowledgement: what was the newest one at a moment?

import type { Write } from "./history.ts";

interface Acknowledged {
  at: number;
  /** The one of the highest version until then. */
  newest: Write;
}

export class Timeline {
  readonly #steps: Acknowledged[] = [];

  constructor(writes: readonly Write[]) {
    for (const write of writes.filter(isAcknowledged).toSorted((one, other) => timeOf(one) - timeOf(other))) {
      const before = this.#steps.at(-1)?.newest;
      const newest = before === undefined || write.version > before.version ? write : before;
      this.#steps.push({ at: timeOf(write), newest });
    }
  }

  /** The newest write that was acknowledged before `at`. */
  newestBefore(at: number): Write | undefined {
    let [from, to] = [0, this.#steps.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (this.#steps[middle]!.at < at) from = middle + 1;
      else to = middle;
    }
    return this.#steps[from - 1]?.newest;
  }
}

/** One timeline for each group. */
export function timelines(
  writes: readonly Write[],
  group: (write: Write) => string | undefined,
): Map<string, Timeline> {
  const groups = new Map<string, Write[]>();
  for (const write of writes) {
    const name = group(write);
    if (name === undefined) continue;
    const found = groups.get(name);
    if (found === undefined) groups.set(name, [write]);
    else found.push(write);
  }
  return new Map([...groups].map(([name, found]) => [name, new Timeline(found)]));
}

function isAcknowledged({ acknowledged }: Write): boolean {
  return acknowledged !== undefined;
}

function timeOf({ acknowledged }: Write): number {
  return acknowledged ?? Infinity;
}
