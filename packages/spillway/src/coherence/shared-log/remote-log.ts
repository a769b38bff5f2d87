// The log as it lies in Redis: each method is one script or one command.

import { randomBytes } from "node:crypto";
import type { Gate } from "../../redis/gate.ts";
import { clusters } from "../clusters.ts";
import { type Position, type Positions, positionText } from "../position.ts";
import type { LogMark } from "../token.ts";
import { type LogKeys, text } from "./keys.ts";
import { fenceText, type Line, readLines } from "./line.ts";
import { begin, judge, look, noteTailed, noteTimeline, put } from "./scripts.ts";
import { type LogState, readState } from "./state.ts";

/** Lines that the log keeps, about. Who is further behind starts again with an empty memory. */
const mostLines = 10_000;
/** Tags in each of the two hashes of markers, about 100 bytes each: what is older is void when one is dropped. */
const mostMarkers = 100_000;
const linesAtOnce = 1_000;

/** What a line says. */
export interface Said extends Pick<Line, "kind" | "tags" | "fence" | "commit"> {
  /** Somebody waits until all followers know of it. */
  isAwaited?: boolean;
  /** How long what it lets be refreshed may be served at most, in milliseconds. */
  atMostMs?: number | undefined;
}

/** How Redis judges a value, as of `seq`. All times are in milliseconds of Redis's clock. */
export interface Judgement {
  seq: number;
  isValid: boolean;
  expiredAt: number | undefined;
  /** From when on it may not be served at all. */
  until: number | undefined;
  now: number;
}

export class RemoteLog {
  readonly #gate: Gate;
  readonly #keys: LogKeys;

  constructor(gate: Gate, keys: LogKeys) {
    this.#gate = gate;
    this.#keys = keys;
  }

  async look(): Promise<LogState> {
    return readState((await look.run(this.#gate, this.#keys.all, [])) as [unknown, unknown[], unknown]);
  }

  /** The same of a log that is there: where nobody has cached anything since Redis was started, an epoch is begun. */
  async found(): Promise<LogState & { epoch: string }> {
    for (;;) {
      const state = await this.look();
      const { epoch } = state;
      if (epoch !== undefined) return { ...state, epoch };
      await this.begin(state.written, new Map());
    }
  }

  /** The lines after one, which is named by its generation and seq. */
  async linesAfter(id: string): Promise<Line[]> {
    const { lines } = this.#keys;
    const args = ["XRANGE", lines, `(${id}`, "+", "COUNT", String(linesAtOnce)];
    return readLines(await this.#gate.send(lines, args));
  }

  /** The seq of the new line, or why there is none: another epoch, or a commit on a timeline that it does not know. */
  async put(
    epoch: string,
    { kind, tags, fence, commit, isAwaited, atMostMs }: Said,
  ): Promise<number | "epoch" | "timeline"> {
    const limits = [String(mostLines), String(mostMarkers)];
    const args = [
      epoch,
      kind,
      fenceText(fence),
      commit,
      ...limits,
      JSON.stringify(tags),
      isAwaited ? "1" : "",
      atMostMs === undefined ? "" : String(atMostMs),
    ];
    const [status, seq] = (await put.run(this.#gate, this.#keys.all, args)) as [number, number];
    if (status === 1) return seq;
    return status === 0 ? "epoch" : "timeline";
  }

  /** Begins a new epoch, unless somebody else has since `seen` was. `fence` may be of a later timeline than is known. */
  async begin(seen: string, fence: Positions): Promise<void> {
    const args = [seen, randomBytes(8).toString("base64url"), String(Date.now())];
    for (const [cluster, timeline] of timelinesOf(fence)) args.push(cluster, String(timeline));
    await begin.run(this.#gate, this.#keys.all, args);
  }

  /** Undefined if the stamp is of another epoch than Redis's. */
  async judge(stamp: LogMark, tags: readonly string[]): Promise<Judgement | undefined> {
    const args = [stamp.epoch, String(stamp.seq), JSON.stringify(tags)];
    const reply = (await judge.run(this.#gate, this.#keys.all, args)) as unknown[];
    const [status, seq, valid, expired, last, now] = reply;
    if (status !== 1) return undefined;
    const [expiredAt, until] = [timeIn(expired), timeIn(last)];
    return { seq: Number(seq), isValid: valid === 1, expiredAt, until, now: Number(text(now)) };
  }

  /** False under another epoch. */
  async noteTailed(epoch: string, cluster: string, position: Position): Promise<boolean> {
    const args = [epoch, cluster, positionText(position)];
    return (await noteTailed.run(this.#gate, this.#keys.all, args)) === 1;
  }

  /** An epoch must know the timelines that its values were loaded on, to tell when one of them is over. */
  async noteTimelines({ epoch = "", timelines }: LogState): Promise<void> {
    for (const [cluster, timeline] of timelinesOf(new Map()))
      if (!timelines.has(cluster))
        await noteTimeline.run(this.#gate, this.#keys.all, [epoch, cluster, String(timeline)]);
  }
}

function timeIn(reply: unknown): number | undefined {
  const ms = text(reply);
  return ms === "" ? undefined : Number(ms);
}

/** Whether a cluster was promoted since the epoch began: what was lost with the old timeline may be cached. */
export function isOvertaken({ timelines }: LogState): boolean {
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
