// Judges a history: what was promised of it, and where that was not kept. Knows nothing of how it came about.

import { isDue } from "./bounds.ts";
import type { Breach, History, Probe, Read, Seen, Write } from "./history.ts";
import { type Timeline, timelines } from "./timeline.ts";

export const promises = {
  "own write with token": "A read that bears the token of a write sees it, in whatever process.",
  "own write in process": "A read sees every write that its own process has acknowledged.",
  "no return": "Who carries the token of what was read never goes back past what was acknowledged by then.",
  "bounded staleness": "A read without a token sees every write that is older than the bound.",
  "nothing invented": "A read sees a version that somebody wrote, or set out to.",
  "fresh at rest": "When nothing moves any more, every tier of every process holds what the database holds.",
  "nothing lost": "The database holds what was acknowledged.",
  "comes to rest": "Without faults and writes everything catches up within the bound.",
  "is answered": "Most of what is asked is answered: a run in which it is not proves nothing.",
} as const;

export type Promised = keyof typeof promises;

export interface Violation {
  promise: Promised;
  at: number;
  item: number | undefined;
  problem: string;
  read?: Read;
  probe?: Probe;
  /** The write that should have been seen. */
  lacking?: Write;
}

export function judge(history: History): Violation[] {
  const { writes, reads, probes, breaches } = history;
  const inOrder = writes.toSorted((one, other) => one.version - other.version);
  const byItem = Map.groupBy(inOrder, ({ item }) => item);
  const sessions = timelines(writes, ({ session, item }) => session && `${session} ${item}`);
  const workers = timelines(writes, ({ worker, item }) => `${worker} ${item}`);
  const floors = new Floors();
  const found: Violation[] = [];
  for (const read of reads.toSorted((one, other) => one.called - other.called)) {
    for (const seen of read.seen) {
      const own = byItem.get(seen.item) ?? [];
      const floor = floors.of(read, seen.item);
      found.push(
        ...lacking("own write with token", read, { seen, wanted: ofSession(sessions, read, seen.item) }),
        ...lacking("own write in process", read, { seen, wanted: ofWorker(workers, read, seen.item) }),
        ...lacking("no return", read, { seen, wanted: floor }),
        ...lacking("bounded staleness", read, { seen, wanted: dueAt(own, read.called, { seen, history }) }),
        ...invented(own, read, seen),
      );
      floors.raise(read, seen, own);
    }
  }
  found.push(...probes.flatMap((probe) => atRest(probe, byItem)), ...breaches.map(restless));
  return [...found, ...unanswered(history)];
}

function ofSession(sessions: Map<string, Timeline>, read: Read, item: number): Write | undefined {
  if (read.session === undefined) return undefined;
  return sessions.get(`${read.session} ${item}`)?.newestBefore(read.called);
}

function ofWorker(workers: Map<string, Timeline>, read: Read, item: number): Write | undefined {
  return workers.get(`${read.worker} ${item}`)?.newestBefore(read.called);
}

/** What a session has seen of acknowledged writes, as far as its token stands for it. */
class Floors {
  readonly #newest = new Map<string, Write>();

  of({ session }: Read, item: number): Write | undefined {
    return session === undefined ? undefined : this.#newest.get(`${session} ${item}`);
  }

  /** A commit that is glimpsed before its acknowledgement obliges nobody, nor does one that is left to the tailer. */
  raise({ session, monotonic, called }: Read, { item, version }: Seen, writes: readonly Write[]): void {
    if (session === undefined || !monotonic) return;
    const name = `${session} ${item}`;
    const known = this.#newest.get(name)?.version ?? 0;
    for (let at = firstAfter(writes, version) - 1; (writes[at]?.version ?? 0) > known; at--) {
      const write = writes[at]!;
      if (!write.announced || (write.acknowledged ?? Infinity) >= called) continue;
      this.#newest.set(name, write);
      return;
    }
  }
}

interface Wanted {
  seen: Seen;
  wanted: Write | undefined;
}

function lacking(promise: Promised, read: Read, { seen, wanted }: Wanted): Violation[] {
  if (wanted === undefined || seen.version >= wanted.version) return [];
  const problem = `${read.key} shows version ${seen.version} of item ${seen.item}, and not ${wanted.version}`;
  return [{ promise, at: read.called, item: seen.item, problem, read, lacking: wanted }];
}

function dueAt(
  writes: readonly Write[],
  at: number,
  { seen, history }: { seen: Seen; history: History },
): Write | undefined {
  for (let index = firstAfter(writes, seen.version); index < writes.length; index++) {
    const write = writes[index]!;
    // The last ones are not due for anybody yet.
    if (write.called >= at) return undefined;
    if (isDue(write, at, history.faults)) return write;
  }
  return undefined;
}

/** The place of the first write of a newer version, in writes that are in the order of their versions. */
function firstAfter(writes: readonly Write[], version: number): number {
  let [low, high] = [0, writes.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (writes[middle]!.version > version) high = middle;
    else low = middle + 1;
  }
  return low;
}

function invented(writes: readonly Write[], read: Read, { item, version }: Seen): Violation[] {
  const write = writes[firstAfter(writes, version) - 1];
  const isKnown = write?.version === version && write.called < read.returned;
  if (version === 0 || isKnown) return [];
  const problem = `${read.key} shows version ${version} of item ${item}, which nobody had written`;
  return [{ promise: "nothing invented", at: read.called, item, problem, read }];
}

function atRest(probe: Probe, byItem: Map<number, Write[]>): Violation[] {
  const { at, item, key, where, version, truth } = probe;
  const found: Violation[] = [];
  if (version !== truth) {
    const problem = `${where} holds version ${version} of item ${item} in ${key}, the database ${truth}`;
    found.push({ promise: "fresh at rest", at, item, problem, probe });
  }
  const lost = byItem
    .get(item)
    ?.find((write) => write.version > truth && (write.acknowledged ?? Infinity) < at);
  if (lost === undefined) return found;
  const problem = `the database holds version ${truth} of item ${item}, and not ${lost.version}`;
  return [...found, { promise: "nothing lost", at, item, problem, probe, lacking: lost }];
}

function unanswered({ failures, reads, writes }: History): Violation[] {
  const answered = reads.length + writes.filter(({ acknowledged }) => acknowledged !== undefined).length;
  if (failures.length <= answered) return [];
  const problem = `${failures.length} operations failed and ${answered} were answered`;
  return [{ promise: "is answered", at: failures.at(-1)!.at, item: undefined, problem }];
}

function restless({ at, problem }: Breach): Violation {
  return { promise: "comes to rest", at, item: undefined, problem };
}
