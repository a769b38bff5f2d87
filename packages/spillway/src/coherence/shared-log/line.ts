// The text of the log: its lines, and the positions in them.

import { type Position, type Positions, positionText, readPosition } from "../position.ts";
import { text } from "./keys.ts";

/** What a line does to the values of its tags: ends them, lets them be refreshed, or ends all values there are. */
type Kind = "invalidate" | "expire" | "all";

export interface Line {
  epoch: string;
  generation: string;
  seq: number;
  kind: Kind;
  tags: readonly string[];
  fence: Positions;
  /** The commit that is complete with it; empty if none. */
  commit: string;
  /** When it was written, in milliseconds of Redis's clock. */
  writtenAt: number;
  /** From when on what it lets be refreshed is not served at all, on the same clock. Who does not know it reads past it. */
  until: number | undefined;
}

/** From a reply to XRANGE. The line at 0 only begins an epoch. */
export function readLines(reply: unknown): Line[] {
  return (reply as [id: unknown, fields: unknown[]][]).map(readLine);
}

function readLine([id, fields]: [unknown, unknown[]]): Line {
  const field = new Map<string, string>();
  for (let at = 0; at + 1 < fields.length; at += 2) field.set(text(fields[at]), text(fields[at + 1]));
  const [generation = "", seq] = text(id).split("-");
  return {
    epoch: field.get("e") ?? "",
    generation,
    seq: Number(seq),
    kind: (field.get("k") ?? "invalidate") as Kind,
    tags: JSON.parse(field.get("t") ?? "[]") as string[],
    fence: readFence(field.get("f") ?? ""),
    commit: field.get("c") ?? "",
    writtenAt: Number(field.get("w") ?? 0),
    until: field.has("u") ? Number(field.get("u")) : undefined,
  };
}

/** `name~timeline~lsn`, separated by commas. */
export function fenceText(fence: Positions): string {
  return [...fence].map(([cluster, position]) => `${cluster}~${positionText(position)}`).join(",");
}

function readFence(written: string): Positions {
  const parts = written.split(",").filter((part) => part !== "");
  return new Map<string, Position>(
    parts.map((part) => {
      const at = part.indexOf("~");
      return [part.slice(0, at), readPosition(part.slice(at + 1))];
    }),
  );
}
