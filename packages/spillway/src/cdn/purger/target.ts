// What can be told of the invalidation log: an edge, or a managed CDN.

import type { Place } from "./place.ts";

/** What has ended between two places of the log. */
export interface Change {
  after: Place;
  to: Place;
  /** In their form at the edge. */
  tags: readonly string[];
  /** Those that may be served for their grace while they are fetched anew. */
  expired: readonly string[];
  /** Up to when it may be trusted that this is all, in seconds since 1970; undefined: there is more to come. */
  until: number | undefined;
}

export type Heard = { done: true; purged: number } | { done: false; at: Place | undefined };

export interface Target {
  readonly name: string;
  /** Bytes of tags in one change, with a byte between two of them. */
  readonly mostBytes: number;
  /** How long it is left alone after a failure, twice as long after each, in milliseconds. */
  readonly pauseMs: { readonly least: number; readonly most: number };
  /** The place that it has heard of; undefined if it knows of none. Rejects when it does not answer. */
  place(): Promise<Place | undefined>;
  /** Ends what has changed. Not done: it is at another place than `after`. Rejects when it is not certain. */
  change(change: Change): Promise<Heard>;
  /** Ends everything: what it has missed is not known. */
  void(to: Place, until: number): Promise<void>;
  close(): Promise<void>;
}
