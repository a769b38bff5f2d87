// Up to where all edges have heard: whoever ends something can wait for them as for the processes that follow the log.

import type { Followers } from "../../coherence/shared-log/followers.ts";
import type { Feed } from "./feed.ts";
import type { Place } from "./place.ts";

export class Heard {
  readonly #feed: Feed;
  readonly #followers: Followers;
  /** An edge that is away is not here: it comes back empty, or hears of all first. */
  readonly #places = new Map<string, Place>();
  #epoch = "";

  constructor(feed: Feed, followers: Followers) {
    this.#feed = feed;
    this.#followers = followers;
  }

  note(edge: string, place: Place | undefined): void {
    if (place === undefined) this.#places.delete(edge);
    else this.#places.set(edge, place);
    const places = [...this.#places.values()];
    const [first] = places;
    if (first === undefined || places.some(({ epoch }) => epoch !== first.epoch)) return;
    if (first.epoch !== this.#epoch) this.#followers.startAnew();
    this.#epoch = first.epoch;
    const seq = Math.min(...places.map((one) => one.seq));
    this.#followers.report({ epoch: first.epoch, seq }, this.#feed.awaited);
  }

  async close(): Promise<void> {
    await this.#followers.leave();
  }
}
