// Brings what has come into one log, in the order of the WAL, and tells it how far that is. Each log has a lane of its
// own: one whose Redis is away holds up no other.

import type { Invalidation, InvalidationLog } from "../../coherence/log.ts";
import { announcementsOf, type FenceOf, lacking } from "./announcement.ts";
import type { Backlog } from "./backlog.ts";
import type { Commit } from "./commit.ts";
import { Pause } from "./pause.ts";
import type { Snapshot } from "./snapshot.ts";

/** How long a writer has to announce its commit, from when it came here. */
const patienceMs = 100;
/** How often the log is asked meanwhile. */
const askMs = 10;
/** Between two looks whether a commit is visible. */
const lookMs = { least: 5, most: 50 } as const;
/** Between two words of how far this is: when it moves, and when it does not, since a new epoch forgets it. */
const tellMs = { moved: 100, still: 1_000 } as const;
const retryMs = { least: 50, most: 1_000 } as const;
/** Commits that are looked at together, and announcements that are on their way together. */
const [mostCommits, mostUnderWay] = [1_000, 64];

export interface LaneParts {
  log: InvalidationLog;
  backlog: Backlog;
  cluster: string;
  timeline: number;
  /** What a statement on the primary sees that begins now. */
  look: () => Promise<Snapshot>;
  /** Called when it has moved on. */
  onMoved: () => void;
  /** It was not there when the slot was taken: what was handled before was not handled for it. */
  isLate: boolean;
}

export class Lane {
  readonly log: InvalidationLog;
  readonly #parts: LaneParts;
  readonly #pause: Pause = new Pause();
  /** Not cut short by what comes: a log that refuses is not asked more often. */
  readonly #retry: Pause = new Pause();
  readonly #fenceOf: FenceOf;
  /** The number of the first commit that is not in the log. */
  next: number;
  /** Of commits from `next` on: what was not accepted yet. */
  #owed: readonly Invalidation[] = [];
  #until: number;
  #reached: number | undefined;
  #looked = 0;
  #told = { lsn: 0, at: -Infinity };
  #mustRenew: boolean;
  #ended = false;
  readonly ended: Promise<void>;

  constructor(parts: LaneParts) {
    const { log, backlog, cluster, timeline, isLate } = parts;
    this.log = log;
    this.#parts = parts;
    this.#fenceOf = (lsn) => new Map([[cluster, { timeline, lsn }]]);
    this.#mustRenew = isLate;
    this.next = this.#until = backlog.first;
    this.ended = this.#run();
  }

  /** All that ends in the WAL before it is in the log; undefined before anything is known. */
  get position(): number | undefined {
    const { backlog } = this.#parts;
    if (this.#mustRenew) return undefined;
    return this.next === backlog.end ? backlog.position : this.#reached;
  }

  /** Something has come. */
  wake(): void {
    this.#pause.wake();
  }

  end(): void {
    this.#ended = true;
    this.#pause.wake();
    this.#retry.wake();
  }

  async #run(): Promise<void> {
    let retryInMs: number = retryMs.least;
    while (!this.#ended) {
      try {
        const pauseMs = await this.#step();
        retryInMs = retryMs.least;
        if (pauseMs > 0) await this.#pause.for(pauseMs);
      } catch {
        // The log says itself why it cannot be reached. Nothing is passed over, however long that lasts.
        await this.#retry.for(retryInMs);
        retryInMs = Math.min(retryMs.most, 2 * retryInMs);
      }
    }
  }

  /** Returns after how many milliseconds there is something to do if nothing comes. */
  async #step(): Promise<number> {
    if (this.#mustRenew) await this.#parts.log.renew();
    this.#mustRenew = false;
    await this.#settle();
    const advanceInMs = await this.#advance();
    const tellInMs = await this.#tell();
    return Math.min(advanceInMs, tellInMs);
  }

  async #advance(): Promise<number> {
    const { backlog } = this.#parts;
    if (this.next === backlog.end) return Infinity;
    const due = this.#due();
    if (due.length === 0) return askMs;
    const visible = await this.#visible(due);
    if (visible.length === 0) return this.#nextLook();
    this.#looked = 0;
    this.#until = this.next + visible.length;
    this.#owed = announcementsOf(this.log, visible, this.#fenceOf);
    await this.#settle();
    return this.next === backlog.end ? Infinity : 0;
  }

  /** Those that need no more waiting for their writer: what it may still announce ends them. */
  #due(): readonly Commit[] {
    const commits = this.#parts.backlog.from(this.next, mostCommits);
    const tooEarly = performance.now() - patienceMs;
    const count = commits.findIndex(
      (commit) => commit.decodedAt > tooEarly && lacking(this.log, commit).some(({ id }) => id !== undefined),
    );
    return count === -1 ? commits : commits.slice(0, count);
  }

  /** Those in the log are visible: whoever has put them there has seen that. */
  async #visible(commits: readonly Commit[]): Promise<readonly Commit[]> {
    const isIn = (commit: Commit): boolean =>
      commit.xid === undefined || lacking(this.log, commit).length === 0;
    if (commits.every(isIn)) return commits;
    const snapshot = await this.#parts.look();
    const hidden = commits.findIndex(
      (commit) => commit.xid !== undefined && !snapshot.sees(commit.xid) && !isIn(commit),
    );
    return hidden === -1 ? commits : commits.slice(0, hidden);
  }

  #nextLook(): number {
    this.#looked = Math.min(lookMs.most, Math.max(lookMs.least, 2 * this.#looked));
    return this.#looked;
  }

  /** Announces what is owed, and moves on. Rejects if the log has not accepted all of it. */
  async #settle(): Promise<void> {
    while (this.#owed.length > 0) {
      const now = this.#owed.slice(0, mostUnderWay);
      const outcomes = await Promise.allSettled(now.map((one) => this.#announce(one)));
      const refused = now.filter((_, index) => outcomes[index]?.status === "rejected");
      this.#owed = [...refused, ...this.#owed.slice(mostUnderWay)];
      if (refused.length > 0) throw (outcomes.find(isRejected) as PromiseRejectedResult).reason;
    }
    if (this.#until === this.next) return;
    this.#reached = this.#parts.backlog.at(this.#until - 1)?.end;
    this.next = this.#until;
    this.#parts.onMoved();
  }

  async #announce(invalidation: Invalidation): Promise<void> {
    const { commit } = invalidation;
    if (commit === undefined || !this.log.hasCommit(commit)) await this.log.invalidate(invalidation);
  }

  /** Returns after how many milliseconds it is to be told again. */
  async #tell(): Promise<number> {
    const { cluster, timeline } = this.#parts;
    const lsn = this.position;
    if (lsn === undefined) return tellMs.still;
    const bound = lsn > this.#told.lsn ? tellMs.moved : tellMs.still;
    const left = this.#told.at + bound - performance.now();
    if (left > 0) return left;
    const at = performance.now();
    await this.log.publishTailed(cluster, { timeline, lsn });
    this.#told = { lsn, at };
    return tellMs.still;
  }
}

function isRejected({ status }: PromiseSettledResult<void>): boolean {
  return status === "rejected";
}
