// What the meta hash says, as a process found it when it looked.

import { type Position, readPosition } from "../position.ts";
import { text } from "./keys.ts";

export interface LogState {
  /** Identity of the data set; undefined if there is none, or if it belongs to another run of the server. */
  epoch: string | undefined;
  /** The epoch that is written there, whoever it belongs to; empty if none. */
  written: string;
  generation: string;
  seq: number;
  /** What is older is void: its markers may have been dropped. */
  floor: number;
  /** Up to where somebody waits for all followers. */
  awaited: number;
  /** Of each cluster the newest timeline that the epoch knows of. */
  timelines: ReadonlyMap<string, number>;
  /** Of each cluster how far the tailer has come. */
  tailed: ReadonlyMap<string, Position>;
  /** The time that it was there, in milliseconds of Redis's clock. */
  now: number;
}

/** From the reply to the script `look`. */
export function readState([run, hash, now]: [unknown, unknown[], unknown]): LogState {
  const field = new Map<string, string>();
  for (let at = 0; at + 1 < hash.length; at += 2) field.set(text(hash[at]), text(hash[at + 1]));
  const written = field.get("epoch") ?? "";
  const isOwn = written !== "" && field.get("owner") === text(run);
  return {
    epoch: isOwn ? written : undefined,
    written,
    generation: field.get("generation") ?? "0",
    seq: Number(field.get("seq") ?? 0),
    floor: Number(field.get("floor") ?? 0),
    awaited: Number(field.get("awaited") ?? 0),
    timelines: named(field, "timeline:", Number),
    tailed: named(field, "tailed:", readPosition),
    now: Number(text(now)),
  };
}

function named<T>(fields: Map<string, string>, prefix: string, read: (value: string) => T): Map<string, T> {
  const found = new Map<string, T>();
  for (const [field, value] of fields)
    if (field.startsWith(prefix)) found.set(field.slice(prefix.length), read(value));
  return found;
}
