// The invalidation log that all processes of a stack share: an ordered stream in Redis, followed by each of them.

import { SpillwayError } from "../../errors.ts";
import { Away, type Gate } from "../../redis/gate.ts";
import { reasonOf } from "../../warnings.ts";
import type { CacheLog, Expiring, Invalidation } from "../log.ts";
import { hasReached, type Position, type Positions } from "../position.ts";
import { currentScope, type Scope } from "../scope.ts";
import type { Table } from "../table.ts";
import type { LogMark } from "../token.ts";
import { Floors } from "./floors.ts";
import { Followers } from "./followers.ts";
import { Followed, localTime } from "./followed.ts";
import type { LogKeys } from "./keys.ts";
import { isOvertaken, RemoteLog, type Said } from "./remote-log.ts";

/** A script holds up all others while it runs: 500 tags take about a millisecond. */
const chunkSize = 500;
/** How long an invalidation that nobody repeats waits for a Redis that is away. */
const patienceMs = 1_000;
/** Each try follows a change of epoch that came between. */
const mostTries = 5;

export interface SharedLogParts {
  /** Names the log in tokens. */
  name: string;
  gate: Gate;
  keys: LogKeys;
  /** How long the table may be trusted without a word from Redis, in milliseconds. */
  silenceMs: number;
  /** How long is waited for the primary to tell its position. */
  budgetMs: number;
  /** Resolves when the connection has been made for the first time, or that has taken too long. */
  connected: () => Promise<void>;
  count: (invalidation: Invalidation) => void;
  /** Told why the log could not be followed. */
  onFailure: (error: unknown) => void;
}

/** How Redis judges a value that is older than what is known here. Times are on the clock of `performance.now()`. */
export interface Judgement {
  /** As of this place. */
  place: number;
  isValid: boolean;
  expiredAt: number | undefined;
  /** From when on it may not be served at all: lines of before `place` are not known here. */
  until: number | undefined;
}

export class SharedLog implements CacheLog {
  readonly #parts: SharedLogParts;
  readonly #remote: RemoteLog;
  readonly #followed: Followed = new Followed();
  readonly #floors: Floors;
  readonly #followers: Followers;
  #tailed: ReadonlyMap<string, Position> = new Map();
  #pulling: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  /** When Redis last said something of the log, on the clock of `performance.now()`. */
  heardAt = 0;
  /** Lines that are in the log and were not followed yet, at the last look. */
  behind = 0;

  constructor(parts: SharedLogParts) {
    this.#parts = parts;
    this.#remote = new RemoteLog(parts.gate, parts.keys);
    this.#floors = new Floors(parts.budgetMs);
    this.#followers = new Followers(parts.gate, parts.keys);
    this.table.trustedUntil = 0;
  }

  get table(): Table {
    return this.#followed.table;
  }

  get name(): string {
    return this.#parts.name;
  }

  get lagMs(): number {
    return this.#followed.lagMs;
  }

  /** Names the line after which a connection has to wait for the next; undefined before the log was found. */
  get last(): string | undefined {
    return this.#followed.last;
  }

  /** Resolves when the connection was made for the first time, or that has taken too long. */
  connected(): Promise<void> {
    return this.#parts.connected();
  }

  meets(scope: Scope): boolean {
    const mark = scope.marks()?.get(this.name);
    return mark === undefined || this.#followed.meets(mark);
  }

  suffices(scope: Scope | undefined): boolean {
    if (performance.now() >= this.table.trustedUntil) return false;
    return scope === undefined || this.meets(scope);
  }

  async reach(scope: Scope | undefined, tags: readonly string[]): Promise<boolean> {
    await this.connected();
    if (this.suffices(scope) && !this.table.isBehind(tags)) return true;
    try {
      await this.pull();
    } catch (error) {
      this.#parts.onFailure(error);
      return false;
    }
    return this.#settle(scope) && !this.table.isBehind(tags);
  }

  get isPrepared(): boolean {
    return this.#floors.isKnown;
  }

  async prepare(): Promise<void> {
    await this.#floors.learn();
  }

  fenceOf(tags: readonly string[]): Positions {
    return this.#floors.over(this.table.fenceOf(tags));
  }

  get widestFence(): Positions {
    return this.#floors.over(this.table.widestFence);
  }

  async followToEnd(scope: Scope): Promise<void> {
    await this.pull();
    scope.mustFollow(this.name, { epoch: this.#followed.epoch!, seq: this.#followed.seq });
  }

  markOf(place: number): LogMark | undefined {
    return this.#followed.markOf(place);
  }

  placeOf(mark: LogMark): number | undefined {
    return this.#followed.placeOf(mark);
  }

  /** Undefined if the stamp is of another epoch than Redis's, or that one is not followed. */
  async judge(stamp: LogMark, tags: readonly string[]): Promise<Judgement | undefined> {
    const askedAt = performance.now();
    const judged = await this.#remote.judge(stamp, tags);
    const place = judged && this.placeOf({ ...stamp, seq: judged.seq });
    if (judged === undefined || place === undefined) return undefined;
    const local = (ms: number | undefined): number | undefined =>
      ms === undefined ? undefined : localTime(ms, judged.now, askedAt);
    const { isValid, expiredAt, until } = judged;
    return { place, isValid, expiredAt: local(expiredAt), until: local(until) };
  }

  async invalidate(invalidation: Invalidation): Promise<number> {
    this.#parts.count(invalidation);
    try {
      const place = await this.#insist(this.#isRepeatedLater(invalidation), () =>
        this.#publish(invalidation),
      );
      const mark = this.markOf(place);
      if (mark !== undefined) currentScope()?.announced(this.name, mark);
      if (mark !== undefined && invalidation.everywhere === true) await this.#followers.reached(mark);
      return place;
    } catch (error) {
      this.#missed(invalidation);
      throw lost(error);
    }
  }

  async expire(tags: readonly string[], { fence, everywhere = false, atMostMs }: Expiring): Promise<void> {
    const said = { kind: "expire", fence, commit: "", isAwaited: everywhere, atMostMs } as const;
    try {
      let place = 0;
      for (let at = 0; at < tags.length; at += chunkSize)
        place = await this.#insist(false, () => this.#put({ ...said, tags: tags.slice(at, at + chunkSize) }));
      const mark = this.markOf(place);
      if (everywhere && mark !== undefined) await this.#followers.reached(mark);
    } catch (error) {
      throw lost(error);
    }
  }

  hasCommit(commit: string): boolean {
    return this.#followed.commits.has(commit);
  }

  isTailed(cluster: string): boolean {
    return this.#tailed.has(cluster);
  }

  async publishTailed(cluster: string, position: Position): Promise<void> {
    const epoch = this.#followed.epoch ?? (await this.#found());
    if (!(await this.#remote.noteTailed(epoch, cluster, position))) await this.pull();
  }

  async renew(): Promise<void> {
    await this.#remote.begin(await this.#found(), new Map());
    await this.pull();
  }

  /** Follows the log to where it ends after this call, or finds it again. Rejects with Away. */
  pull(): Promise<void> {
    if (this.#pulling === undefined) {
      const pulling = this.#pull().finally(() => (this.#pulling = undefined));
      return (this.#pulling = pulling);
    }
    // The one that is under way may have looked before what the caller knows of.
    this.#next ??= this.#pulling
      .catch(() => undefined)
      .then(() => {
        this.#next = undefined;
        return this.pull();
      });
    return this.#next;
  }

  /** Nothing is trusted any more. */
  async close(): Promise<void> {
    this.table.trustedUntil = 0;
    await this.#followers.leave();
  }

  /** After the end of the log was reached: whether that is enough for `scope`. */
  #settle(scope: Scope | undefined): boolean {
    const mark = scope?.marks()?.get(this.name);
    if (scope === undefined || mark === undefined || this.#followed.meets(mark)) return true;
    if (mark.epoch === this.#followed.epoch && mark.seq !== undefined) return false;
    // Without a seq only the tailer can tell. An epoch that is over is covered: what is loaded in the new one is
    // fenced at a position that was read after it began.
    if (mark.seq === undefined && !this.#isRepeated(scope.positions() ?? new Map())) return false;
    scope.hasFollowed(this.name);
    return true;
  }

  #isRepeated(positions: Positions): boolean {
    return [...positions].every(([cluster, wanted]) => hasReached(this.#tailed.get(cluster), wanted));
  }

  async #pull(): Promise<void> {
    for (let tries = 0; tries < mostTries;) {
      const before = this.last;
      if (await this.#follow()) return;
      if (this.last === before) tries++;
    }
    throw new Away("the log is begun anew again and again");
  }

  /** True when the end of the log was reached. */
  async #follow(): Promise<boolean> {
    const sentAt = performance.now();
    const { last } = this;
    // In this order: what is said of the tailer must not be newer than the lines.
    const looked = this.#remote.look();
    const read = last === undefined ? [] : this.#remote.linesAfter(last);
    const [state, lines] = await Promise.all([looked, read]);
    if (state.epoch === undefined || isOvertaken(state)) {
      await this.#remote.begin(state.written, new Map());
      return false;
    }
    if (state.epoch !== this.#followed.epoch || !this.#followed.apply(lines, state, sentAt)) {
      this.#followed.adopt(state);
      this.#followers.startAnew();
      this.#floors.forget(state.timelines);
    }
    await this.#remote.noteTimelines(state);
    this.behind = Math.max(0, state.seq - this.#followed.seq);
    if (this.behind > 0) return false;
    this.#followers.report({ epoch: state.epoch, seq: this.#followed.seq }, state.awaited);
    this.#tailed = state.tailed;
    this.table.release(({ commits, fence }) => {
      // By name where the line was followed; a gap, or another epoch, may have swallowed it.
      return commits.every((commit) => this.hasCommit(commit)) || this.#isRepeated(fence);
    });
    this.heardAt = sentAt;
    this.table.trustedUntil = sentAt + this.#parts.silenceMs;
    return true;
  }

  async #publish({
    tags,
    all = false,
    fence,
    commit = "",
    everywhere: isAwaited = false,
  }: Invalidation): Promise<number> {
    const kind = all ? "all" : "invalidate";
    let place = 0;
    for (let at = 0; at === 0 || at < tags.length; at += chunkSize) {
      // A crash between two chunks must leave a commit that the tailer repeats: only the last one names it.
      const isLast = at + chunkSize >= tags.length;
      const chunk = tags.slice(at, at + chunkSize);
      place = await this.#put({ kind, tags: chunk, fence, commit: isLast ? commit : "", isAwaited });
    }
    return place;
  }

  /** What nobody repeats is worth waiting for: a blink of Redis must not be an error of the app. */
  async #insist(isRepeatedLater: boolean, work: () => Promise<number>): Promise<number> {
    const end = performance.now() + (isRepeatedLater ? 0 : patienceMs);
    for (;;) {
      try {
        return await work();
      } catch (error) {
        const leftMs = end - performance.now();
        if (!(error instanceof Away) || leftMs <= 0) throw error;
        await this.#parts.gate.returned(leftMs);
      }
    }
  }

  /** By the tailer, from the write-ahead log. */
  #isRepeatedLater({ fence, source }: Invalidation): boolean {
    return source !== "direct" && [...fence.keys()].some((cluster) => this.isTailed(cluster));
  }

  async #put(said: Said): Promise<number> {
    for (let tries = 0; tries < mostTries; tries++) {
      const epoch = this.#followed.epoch ?? (await this.#found());
      const at = performance.now();
      const seq = await this.#remote.put(epoch, said);
      if (typeof seq === "number") return this.#wrote(epoch, said, { seq, at });
      if (seq === "timeline") await this.#remote.begin(epoch, said.fence);
      await this.pull();
    }
    throw new Away("the log is begun anew again and again");
  }

  #wrote(epoch: string, said: Said, written: { seq: number; at: number }): number {
    const { place, isNext } = this.#followed.wrote(epoch, said, written);
    if (!isNext) this.pull().catch(() => undefined);
    return place;
  }

  /** The epoch, once the log was found. */
  async #found(): Promise<string> {
    await this.connected();
    await this.pull();
    return this.#followed.epoch!;
  }

  /**
   * It is not certain to be in the log. Until the tailer has repeated it, this process and whoever bears the token of
   * the write pass the caches by. If none does, the caller hears of it, and what is older in memory is ended here.
   */
  #missed(invalidation: Invalidation): void {
    const { tags, fence, commit = "" } = invalidation;
    if (this.#isRepeatedLater(invalidation)) this.table.withhold(tags, { commits: [commit], fence });
    else this.table.mark(tags, this.table.place + 1, fence);
    currentScope()?.announced(this.name, { epoch: "", seq: undefined });
  }
}

function lost(error: unknown): SpillwayError {
  if (error instanceof SpillwayError) return error;
  return new SpillwayError("SPILLWAY_CACHE_INVALIDATION", { problem: reasonOf(error) }, { cause: error });
}
