// What Redis knows of one key: whether its value may be served, what it depends on, and why it is valid or not.

import { logKeys, text, valueKeys } from "../coherence/shared-log/keys.ts";
import { look } from "../coherence/shared-log/scripts.ts";
import { type LogState, readState } from "../coherence/shared-log/state.ts";
import type { Gate } from "../redis/gate.ts";
import { type Envelope, unseal } from "./envelope.ts";
import type { Names } from "./names.ts";
import type { TierParts } from "./redis-tier.ts";

/** Times are in seconds. */
export interface Explanation {
  key: string;
  state: "missing" | "valid" | "stale" | "expired" | "invalidated";
  /** Why it is in that state. */
  reason: string;
  /** Whether a process loads it now. */
  loading: boolean;
  /** Of its encoded form. */
  bytes?: number;
  /** Below 0 if its time is over. */
  expiresIn?: number;
  /** The place in the invalidation log that was known before it was loaded. */
  seq?: number;
  tags?: ExplainedTag[];
  /** The invalidation log as it is now. */
  log: { epoch: string; seq: number };
}

export interface ExplainedTag {
  /** As it was given; of the value's own key and of its namespaces, what they are. */
  tag: string;
  /** The place in the log of its last invalidation, if there was one that is still remembered. */
  invalidatedAt?: number;
  /** The same of the last time that its values were let be refreshed. */
  expiredAt?: number;
}

interface Marked {
  tag: string;
  invalidated: number;
  expired: number;
  /** Places, and from when on what was made before them is not served at all, in milliseconds of Redis's clock. */
  deadlines: readonly { place: number; until: number }[];
}

export async function explainKey(
  { log, gate, prefix }: TierParts,
  names: Names,
  key: string,
): Promise<Explanation> {
  await log.connected();
  const { value, lease } = valueKeys(prefix, names.kept(key));
  const keys = logKeys(prefix);
  const [reply, bytes, holder] = await Promise.all([
    look.run(gate, keys.all, []),
    gate.send(value, ["GET", value]),
    gate.send(value, ["EXISTS", lease]),
  ]);
  const state = readState(reply as [unknown, unknown[], unknown]);
  const known = { key, loading: holder === 1, log: { epoch: state.epoch ?? "", seq: state.seq } };
  const envelope = bytes === null ? undefined : unseal(bytes as Buffer);
  if (envelope === undefined) return { ...known, state: "missing", reason: "no value is stored" };
  const marked = await marksOf(gate, prefix, [names.keyTag(key), ...envelope.tags]);
  return {
    ...known,
    ...judged(envelope, state, marked),
    bytes: envelope.payload.length,
    expiresIn: (envelope.expiresAt - Date.now()) / 1_000,
    seq: envelope.stamp.seq,
    tags: marked.map((mark) => shown(mark, names)),
  };
}

async function marksOf(gate: Gate, prefix: string, tags: readonly string[]): Promise<Marked[]> {
  const [, , ...hashes] = logKeys(prefix).all;
  const fields = tags.flatMap((tag) => [`i${tag}`, `x${tag}`, `u${tag}`]);
  const replies = await Promise.all(hashes.map((hash) => gate.send(hash, ["HMGET", hash, ...fields])));
  const texts = (index: number): string[] => replies.map((reply) => text((reply as unknown[])[index] ?? ""));
  const at = (index: number): number => Math.max(...texts(index).map((found) => parseInt(found || "0", 10)));
  return tags.map((tag, index) => ({
    tag,
    invalidated: at(3 * index),
    expired: at(3 * index + 1),
    deadlines: texts(3 * index + 2).flatMap(readDeadlines),
  }));
}

/** `place:ms`, separated by spaces. */
function readDeadlines(written: string): Marked["deadlines"] {
  const pairs = written.split(" ").filter((pair) => pair !== "");
  return pairs.map((pair) => {
    const [place, until] = pair.split(":");
    return { place: Number(place), until: Number(until) };
  });
}

function judged(
  { stamp, expiresAt, graceMs }: Envelope,
  { epoch, seq, floor, now }: LogState,
  marked: readonly Marked[],
): Pick<Explanation, "state" | "reason"> {
  if (stamp.epoch !== epoch)
    return {
      state: "invalidated",
      reason: "it was loaded in another epoch: Redis was lost or begun anew since",
    };
  if (stamp.seq < floor)
    return {
      state: "invalidated",
      reason: `it is older than place ${floor}, before which nothing is remembered`,
    };
  const ended = marked.find(({ invalidated }) => invalidated > stamp.seq);
  if (ended !== undefined)
    return {
      state: "invalidated",
      reason: `place ${ended.invalidated} of the log invalidated it after place ${stamp.seq}`,
    };
  const deadlines = marked.flatMap((mark) => mark.deadlines.filter(({ place }) => place > stamp.seq));
  const passed = deadlines.find(({ until }) => until <= now);
  if (passed !== undefined)
    return {
      state: "invalidated",
      reason: `place ${passed.place} of the log let it be served until a time that is over`,
    };
  const isExpired = marked.some(({ expired }) => expired > stamp.seq);
  const leftMs = expiresAt - Date.now();
  if (isExpired && graceMs > 0)
    return { state: "stale", reason: "it was expired, and is served while it is refreshed" };
  if (leftMs > 0 && !isExpired)
    return {
      state: "valid",
      reason: `nothing that it depends on was invalidated from place ${stamp.seq} to ${seq}`,
    };
  if (leftMs + graceMs > 0 && graceMs > 0)
    return { state: "stale", reason: "its time is over, and it is served while it is refreshed" };
  return { state: "expired", reason: "its time is over" };
}

function shown({ tag, invalidated, expired }: Marked, names: Names): ExplainedTag {
  return {
    tag: names.shown(tag) ?? (tag.startsWith("\u0000\u0000") ? "(its key)" : "(its namespace)"),
    ...(invalidated > 0 && { invalidatedAt: invalidated }),
    ...(expired > 0 && { expiredAt: expired }),
  };
}
