// Where a row of the table is run: one fixture app, however it is served.

import type { IncomingMessage } from "node:http";
import { randomUUID } from "node:crypto";
import type { Origin } from "./origin.ts";
import { type Reading, type Sent, open } from "./reading.ts";
import { Visitor } from "./visitor.ts";

export const apps = ["classic", "components", "pages"] as const;
export type App = (typeof apps)[number];

/** What somebody who serves an app has to say about it. */
export interface Place {
  app: App;
  /** The base addresses a request may be sent to, without a slash at the end; each is used in turn. */
  doors: readonly string[];
  /** What the app was given as `ORIGIN`. */
  origin: Origin;
  /** Resolves when every tier has applied what was acknowledged so far; one process has nothing to wait for. */
  settle(): Promise<void>;
}

/** A place that is there only for a run of the table. */
export interface ServedPlace extends Place {
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface World extends Pick<Place, "app" | "origin" | "settle"> {
  /** Belongs to this run of this row alone: a name at the origin and a slug. */
  readonly name: string;
  /** Someone new, with nothing but these cookies. */
  visitor(cookies?: Record<string, string>): Visitor;
  /** The answer to someone new. */
  get(path: string, headers?: Record<string, string>): Promise<Reading>;
  send(path: string, sent: Sent): Promise<Reading>;
  post(path: string, body: unknown): Promise<Reading>;
  /** The answers to new visitors, at least one at each door and at least three, one after the other. */
  everywhere(path: string, headers?: Record<string, string>): Promise<Reading[]>;
  /** The whole address of a path, for who sends requests by themselves. */
  door(path: string): string;
  /** The answer while it arrives. */
  open(path: string, sent?: Sent): Promise<IncomingMessage>;
}

const fewestReadings = 3;

export function worldOf(place: Place): World {
  const { app, doors, origin } = place;
  let turn = Math.floor(Math.random() * doors.length);
  const nextDoor = (): string => doors[turn++ % doors.length]!;
  const visitor = (cookies?: Record<string, string>): Visitor => new Visitor(nextDoor, cookies);
  return {
    app,
    origin,
    settle: () => place.settle(),
    name: `n${randomUUID().slice(0, 8)}`,
    visitor,
    get: (path, headers) => visitor().get(path, headers),
    send: (path, sent) => visitor().send(path, sent),
    post: (path, body) => visitor().post(path, asJson(body)),
    everywhere: async (path, headers) => {
      const readings: Reading[] = [];
      const wanted = Math.max(doors.length, fewestReadings);
      while (readings.length < wanted) readings.push(await visitor().get(path, headers));
      return readings;
    },
    door: (path) => `${nextDoor()}${path}`,
    open: (path, sent) => open(`${nextDoor()}${path}`, sent),
  };
}

function asJson(body: unknown): Sent {
  return { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}
