// The invalidation log that all processes of a stack share: an ordered stream in Redis, followed by each of them.

import { randomBytes } from "node:crypto";
import { SpillwayError } from "../../errors.ts";
import { Away, type Gate } from "../../redis/gate.ts";
import { reasonOf } from "../../warnings.ts";
import { clusters } from "../clusters.ts";
import type { CacheLog, Invalidation } from "../log.ts";
import { hasReached, type Position, type Positions, positionText } from "../position.ts";
import { currentScope, type Scope } from "../scope.ts";
import { Table } from "../table.ts";
import type { LogMark } from "../token.ts";
import { Commits } from "./commits.ts";
import { Floors } from "./floors.ts";
import { type LogKeys, text } from "./keys.ts";
import { fenceText, type Line, readLines } from "./line.ts";
import { begin, judge, look, noteTailed, noteTimeline, put } from "./scripts.ts";
import { type LogState, readState } from "./state.ts";

/** Lines that the log keeps, about. Who is further behind starts again with an empty memory. */
const mostLines = 10_000;
/** Tags in each of the two hashes of markers, about 100 bytes each: what is older is void when one is dropped. */
const mostMarkers = 100_000;
/** A script holds up all others while it runs: 500 tags take about a millisecond. */
const chunkSize = 500;
const linesAtOnce = 1_000;
/** Each try follows a change of epoch that came between. */
const mostTries = 5;

export interface SharedLogParts {
  /** Names the log in tokens, and its keys in Redis. */
  name: string;
  gate: Gate;
  keys: LogKeys;
  /** How long the table may be trusted without a word from Redis, in milliseconds. */
  silenceMs: number;
  budgetMs: number;
  /** Resolves when the connection has been made for the first time, or that has taken too long. */
  connected: () => Promise<void>;
  count: (invalidation: Invalidation) => void;
  /** Told why the log could not be followed. */
  onFailure: (error: unknown) => void;
}

/** The data set that is followed. Its `seq` n is the place `base + n` of the table. */
interface Epoch {
  name: string;
  generation: string;
  base: number;
  /** How far it has been followed. */
  seq: number;
}

/** How Redis judges a value that is older than what is known here. */
export interface Judgement {
  /** As of this place. */
  place: number;
  isValid: boolean;
  /** On the clock of `performance.now()`. */
  expiredAt: number | undefined;
}

export class SharedLog implements CacheLog {
  readonly table: Table = new Table();
  readonly #parts: SharedLogParts;
  readonly #floors: Floors;
  readonly #commits: Commits = new Commits();
  #epoch: Epoch | undefined;
  #tailed: ReadonlyMap<string, Position> = new Map();
  #pulling: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  /** When Redis last said something of the log, on the clock of `performance.now()`. */
  heardAt = 0;
  /** Lines that are in the log and were not followed yet, at the last look. */
  behind = 0;
  /** From the writing of the last line to its arrival here, by the clocks of both machines. */
  lagMs = 0;

  constructor(parts: SharedLogParts) {
    this.#parts = parts;
    this.#floors = new Floors(parts.budgetMs);
    this.table.trustedUntil = 0;
  }

  get name(): string {
    return this.#parts.name;
  }

  suffices(scope: Scope | undefined): boolean {
    if (performance.now() >= this.table.trustedUntil) return false;
    const mark = scope?.marks()?.get(this.name);
    return mark === undefined || this.#meets(mark);
  }

  async reach(scope: Scope | undefined, tags: readonly string[]): Promise<boolean> {
    await this.#parts.connected();
    if (this.suffices(scope) && !this.table.isBehind(tags)) return true;
    try {
      await this.pull();
    } catch (error) {
      this.#parts.onFailure(error);
      return false;
    }
    return this.#settle(scope) && !this.table.isBehind(tags);
  }

  async prepare(): Promise<void> {
    if (!this.#floors.isKnown) await this.#floors.learn();
  }

  fenceOf(tags: readonly string[]): Positions {
    return this.#floors.over(this.table.fenceOf(tags));
  }

  async followToEnd(scope: Scope): Promise<void> {
    await this.pull();
    const { name, seq } = this.#epoch!;
    scope.mustFollow(this.name, { epoch: name, seq });
  }

  /** The stamp that a value carries in Redis which was loaded at `place`; undefined if that was in another epoch. */
  markOf(place: number): LogMark | undefined {
    if (this.#epoch === undefined || place < this.#epoch.base) return undefined;
    return { epoch: this.#epoch.name, seq: place - this.#epoch.base };
  }

  /** The place of a stamp; undefined if it is of another epoch. */
  placeOf({ epoch, seq }: LogMark): number | undefined {
    return epoch === this.#epoch?.name && seq !== undefined ? this.#epoch.base + seq : undefined;
  }

  /** Undefined if the stamp is of another epoch than Redis's, or that one is not followed. */
  async judge(stamp: LogMark, tags: readonly string[]): Promise<Judgement | undefined> {
    const epoch = this.#epoch;
    const args = [stamp.epoch, String(stamp.seq), JSON.stringify(tags)];
    const reply = (await judge.run(this.#parts.gate, this.#parts.keys.all, args)) as unknown[];
    const [status, seq, valid, expired] = reply;
    if (status !== 1 || epoch !== this.#epoch || epoch?.name !== stamp.epoch) return undefined;
    const at = text(expired);
    const expiredAt = at === "" ? undefined : localTime(Number(at));
    return { place: epoch.base + Number(seq), isValid: valid === 1, expiredAt };
  }

  async publish(invalidation: Invalidation): Promise<number> {
    this.#parts.count(invalidation);
    try {
      const place = await this.#publish(invalidation);
      const mark = this.markOf(place);
      if (mark !== undefined) currentScope()?.announced(this.name, mark);
      return place;
    } catch (error) {
      this.#missed(invalidation);
      throw lost(error);
    }
  }

  async invalidate(invalidation: Invalidation): Promise<void> {
    await this.publish(invalidation);
  }

  async expire(tags: readonly string[]): Promise<void> {
    for (let at = 0; at < tags.length; at += chunkSize)
      await this.#put({ kind: "expire", tags: tags.slice(at, at + chunkSize), fence: new Map(), commit: "" });
  }

  hasCommit(commit: string): boolean {
    return this.#commits.has(commit);
  }

  isTailed(cluster: string): boolean {
    return this.#tailed.has(cluster);
  }

  async publishTailed(cluster: string, position: Position): Promise<void> {
    const epoch = this.#epoch ?? (await this.#found());
    const args = [epoch.name, cluster, positionText(position)];
    if ((await noteTailed.run(this.#parts.gate, this.#parts.keys.all, args)) === 0) await this.pull();
  }

  async renew(): Promise<void> {
    await this.pull();
    await this.#begin(this.#epoch?.name ?? "");
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

  async #publish({ tags, all = false, fence, commit = "" }: Invalidation): Promise<number> {
    const kind = all ? "all" : "invalidate";
    let place = 0;
    for (let at = 0; at === 0 || at < tags.length; at += chunkSize) {
      // A crash between two chunks must leave a commit that the tailer repeats: only the last one names it.
      const isLast = at + chunkSize >= tags.length;
      const chunk = tags.slice(at, at + chunkSize);
      place = await this.#put({ kind, tags: chunk, fence, commit: isLast ? commit : "" });
    }
    return place;
  }

  /** From where a connection that waits for the next line has to wait; undefined before the log was found. */
  get next(): string | undefined {
    return this.#epoch && `${this.#epoch.generation}-${this.#epoch.seq}`;
  }

  #meets({ epoch, seq }: LogMark): boolean {
    return this.#epoch?.name === epoch && seq !== undefined && this.#epoch.seq >= seq;
  }

  /** After the end of the log was reached: whether that is enough for `scope`. */
  #settle(scope: Scope | undefined): boolean {
    const mark = scope?.marks()?.get(this.name);
    if (scope === undefined || mark === undefined || this.#meets(mark)) return true;
    if (mark.epoch === this.#epoch?.name && mark.seq !== undefined) return false;
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
      const before = this.next;
      if (await this.#follow()) return;
      if (this.next === before) tries++;
    }
    throw new Away("the log is begun anew again and again");
  }

  /** True when the end of the log was reached. */
  async #follow(): Promise<boolean> {
    const { gate, keys } = this.#parts;
    const sentAt = performance.now();
    const after = this.next;
    // In this order: what is said of the tailer must not be newer than the lines.
    const [state, lines] = await Promise.all([
      look.run(gate, keys.all, []).then((reply) => readState(reply as [unknown, unknown[]])),
      after === undefined ? [] : this.#read(after),
    ]);
    if (state.epoch === undefined || isOvertaken(state)) {
      await this.#begin(state.written);
      return false;
    }
    if (state.epoch !== this.#epoch?.name || !this.#apply(lines, state)) this.#adopt(state);
    await this.#noteTimelines(state);
    this.behind = Math.max(0, state.seq - this.#epoch!.seq);
    if (this.behind > 0) return false;
    this.#tailed = state.tailed;
    this.table.release((fence) => this.#isRepeated(fence));
    this.#heard(sentAt);
    return true;
  }

  /** An epoch must know the timelines that its values were loaded on, to tell when one of them is over. */
  async #noteTimelines({ epoch, timelines }: LogState): Promise<void> {
    const { gate, keys } = this.#parts;
    for (const [cluster, timeline] of timelinesOf(new Map()))
      if (!timelines.has(cluster))
        await noteTimeline.run(gate, keys.all, [epoch!, cluster, String(timeline)]);
  }

  async #read(after: string): Promise<Line[]> {
    const { gate, keys } = this.#parts;
    const args = ["XRANGE", keys.lines, `(${after}`, "+", "COUNT", String(linesAtOnce)];
    return readLines(await gate.send(keys.lines, args));
  }

  #heard(sentAt: number): void {
    this.heardAt = sentAt;
    this.table.trustedUntil = sentAt + this.#parts.silenceMs;
  }

  /** Starts at the end of the log, with nothing. */
  #adopt({ epoch, generation, seq }: LogState): void {
    const place = this.table.forget();
    this.#epoch = { name: epoch!, generation, base: place - seq, seq };
    this.#floors.forget();
  }

  /** Takes lines to heart. False if one is missing before them. */
  #apply(lines: readonly Line[], { seq }: LogState): boolean {
    const epoch = this.#epoch!;
    if (lines.length === 0 && seq > epoch.seq) return false;
    for (const line of lines) {
      if (line.epoch !== epoch.name || line.seq > epoch.seq + 1) return false;
      if (line.seq <= epoch.seq) continue;
      this.#mark(line, epoch.base + line.seq);
      epoch.seq = line.seq;
      this.table.advance(epoch.base + line.seq);
      this.lagMs = Math.max(0, Date.now() - line.writtenAt);
    }
    return true;
  }

  #mark({ kind, tags, fence, commit, writtenAt }: Line, place: number): void {
    if (kind === "all") this.table.markAll(place, fence);
    else if (kind === "expire") this.table.markExpired(tags, place, localTime(writtenAt));
    else this.table.mark(tags, place, fence);
    if (commit !== "") this.#commits.add(commit);
  }

  async #put(line: Pick<Line, "kind" | "tags" | "fence" | "commit">): Promise<number> {
    const { gate, keys } = this.#parts;
    const fence = fenceText(line.fence);
    const rest = [
      line.kind,
      fence,
      line.commit,
      String(mostLines),
      String(mostMarkers),
      JSON.stringify(line.tags),
    ];
    for (let tries = 0; tries < mostTries; tries++) {
      const epoch = this.#epoch ?? (await this.#found());
      const reply = await put.run(gate, keys.all, [epoch.name, ...rest]);
      const [status, seq] = reply as [number, number];
      if (status === 1) return this.#written(epoch.name, { ...line, seq });
      if (status === -1) await this.#begin(epoch.name, line.fence);
      await this.pull();
    }
    throw new Away("the log is begun anew again and again");
  }

  /** What this process has put into the log is known here before anyone is told that it is there. */
  #written(name: string, line: Omit<Line, "epoch" | "generation" | "writtenAt">): number {
    const epoch = this.#epoch!;
    // All that was cached in the epoch that it was written in is void already.
    if (epoch.name !== name) return this.table.place;
    const place = epoch.base + line.seq;
    this.#mark({ ...line, epoch: name, generation: epoch.generation, writtenAt: Date.now() }, place);
    if (line.seq === epoch.seq + 1) {
      epoch.seq = line.seq;
      this.table.advance(place);
    } else if (line.seq > epoch.seq) this.pull().catch(() => undefined);
    return place;
  }

  async #found(): Promise<Epoch> {
    await this.#parts.connected();
    await this.pull();
    return this.#epoch!;
  }

  /** Unless somebody else has since `seen` was. */
  async #begin(seen: string, fence: Positions = new Map()): Promise<void> {
    const { gate, keys } = this.#parts;
    const args = [seen, randomBytes(8).toString("base64url"), String(Date.now())];
    for (const [cluster, timeline] of timelinesOf(fence)) args.push(cluster, String(timeline));
    await begin.run(gate, keys.all, args);
  }

  /**
   * It is not certain to be in the log. Until the tailer has repeated it, this process and whoever bears the token of
   * the write pass the caches by. If none does, the caller hears of it, and what is older in memory is ended here.
   */
  #missed({ tags, fence, source }: Invalidation): void {
    const isRepeated = source !== "direct" && [...fence.keys()].some((cluster) => this.isTailed(cluster));
    if (isRepeated) this.table.withhold(tags, fence);
    else this.table.mark(tags, this.table.place + 1, fence);
    currentScope()?.announced(this.name, { epoch: "", seq: undefined });
  }

  async close(): Promise<void> {
    this.table.trustedUntil = 0;
  }
}

/** A cluster was promoted since the epoch began: what was lost with the old timeline may be cached. */
function isOvertaken({ timelines }: LogState): boolean {
  for (const { name, timeline } of clusters.values())
    if (timeline() > (timelines.get(name) ?? Infinity)) return true;
  return false;
}

function timelinesOf(fence: Positions): Map<string, number> {
  const timelines = new Map<string, number>();
  for (const { name, timeline } of clusters.values()) timelines.set(name, timeline());
  for (const [cluster, { timeline }] of fence)
    timelines.set(cluster, Math.max(timeline, timelines.get(cluster) ?? 0));
  for (const [cluster, timeline] of timelines) if (timeline === 0) timelines.delete(cluster);
  return timelines;
}

/** A time of Redis's clock on that of `performance.now()`. */
function localTime(ms: number): number {
  return performance.now() - Math.max(0, Date.now() - ms);
}

function lost(error: unknown): SpillwayError {
  if (error instanceof SpillwayError) return error;
  return new SpillwayError("SPILLWAY_CACHE_INVALIDATION", { problem: reasonOf(error) }, { cause: error });
}
