// Brings tags to a CDN: in batches, below its rate, and again where that can help, within a bound.

import { createHash, randomUUID } from "node:crypto";
import { SpillwayError } from "../../errors.ts";
import type { CdnDriver, CdnLimits, PurgeOptions } from "../driver.ts";
import { edgeTags } from "../tag.ts";
import { waitBefore } from "./backoff.ts";
import { Bucket, pause } from "./bucket.ts";
import { Failure, purgeError } from "./failure.ts";

/** One request. */
export interface Attempt {
  /** Aborted by the caller, or when the request takes too long. */
  signal: AbortSignal;
  /** The same for each try with the same tags, for a CDN that does a request only once. */
  id: string;
}

/** What is particular to a CDN. */
export interface Carrier {
  name: string;
  /** What holds the credentials, for the error. */
  credentials: string;
  /** Sends tags in their form at the edge. Resolves with those that were not accepted. Throws a Failure. */
  sendTags: (tags: readonly string[], attempt: Attempt) => Promise<readonly string[]>;
  sendAll: (attempt: Attempt) => Promise<void>;
  /** Asks instead of purging. Left out: a tag that nothing has is purged. */
  ask?: (attempt: Attempt) => Promise<void>;
  close?: () => Promise<void>;
}

/** In seconds. */
export interface DeliverySettings {
  timeout: number;
  patience: number;
}

/** Stands for a request without tags. */
const noTag = "";
/** No response has it. */
const checkTag = "spillway-check";

/** What has become of one request. */
interface Result {
  /** If it failed. */
  missing: readonly string[];
  failure: Failure | undefined;
}

/** What has become of the tags of one round. */
interface Round {
  /** Not accepted, and why. */
  left: readonly string[];
  failure: Failure | undefined;
  /** Not accepted, and would not be by another try. */
  refused: readonly string[];
  refusal: Failure | undefined;
}

/** The driver of a CDN. */
export function deliverBy(carrier: Carrier, limits: CdnLimits, settings: DeliverySettings): CdnDriver {
  const delivery = new Delivery(carrier, limits, settings);
  const { close, ask } = carrier;
  return {
    name: carrier.name,
    limits: Object.freeze({ ...limits }),
    purgeTags: (tags, options) => delivery.purgeTags(tags, options),
    purgeAll: (options) => delivery.once((attempt) => carrier.sendAll(attempt), options),
    check: (options) =>
      ask === undefined ? delivery.purgeTags([checkTag], options) : delivery.once(ask, options),
    ...(close === undefined ? {} : { close }),
  };
}

class Delivery {
  readonly #carrier: Carrier;
  readonly #limits: CdnLimits;
  readonly #settings: DeliverySettings;
  readonly #bucket: Bucket;

  constructor(carrier: Carrier, limits: CdnLimits, settings: DeliverySettings) {
    this.#carrier = carrier;
    this.#limits = limits;
    this.#settings = settings;
    this.#bucket = new Bucket(limits);
  }

  async purgeTags(tags: readonly string[], { signal }: PurgeOptions = {}): Promise<void> {
    const wanted = edgeTags(tags);
    const id = randomUUID();
    await this.#insist(wanted, signal, (left) => this.#round(left, id, signal));
  }

  /** For a request that has no tags. */
  async once(send: (attempt: Attempt) => Promise<void>, { signal }: PurgeOptions = {}): Promise<void> {
    const id = randomUUID();
    await this.#insist([noTag], signal, async () => {
      const failure = await this.#try(signal, (limited) => send({ signal: limited, id }));
      return sorted([{ missing: [noTag], failure }]);
    });
  }

  /** Round after round, each with what is left, until nothing is, no try can help, or the bound is reached. */
  async #insist(
    wanted: readonly string[],
    signal: AbortSignal | undefined,
    round: (left: readonly string[]) => Promise<Round>,
  ): Promise<void> {
    const refused: string[] = [];
    let left: readonly string[] = wanted;
    let end = Infinity;
    let refusal: Failure | undefined;
    for (let tries = 0; left.length > 0; tries++) {
      const result = await round(left);
      left = result.left;
      refused.push(...result.refused);
      refusal ??= result.refusal;
      const { failure } = result;
      if (failure === undefined) break;
      const waitMs = waitBefore(failure, tries);
      end = Math.min(end, performance.now() + this.#settings.patience * 1_000);
      if (failure.kind === "credentials" || performance.now() + waitMs > end)
        throw this.#error(failure, wanted.length, { left, refused });
      await pause(waitMs, signal);
    }
    if (refusal !== undefined) throw this.#error(refusal, wanted.length, { left: [], refused });
  }

  /** A batch that fails does not keep back the others, unless they would fail as well. */
  async #round(tags: readonly string[], id: string, signal: AbortSignal | undefined): Promise<Round> {
    const size = this.#limits.tagsPerRequest;
    const results: Result[] = [];
    for (let at = 0; at < tags.length; at += size) {
      const result = await this.#batch(tags.slice(at, at + size), id, signal);
      results.push(result);
      const { failure } = result;
      if (failure?.kind !== "credentials" && failure?.kind !== "rate") continue;
      results.push({ missing: tags.slice(at + size), failure });
      break;
    }
    return sorted(results);
  }

  async #batch(batch: readonly string[], id: string, signal: AbortSignal | undefined): Promise<Result> {
    let missing: readonly string[] = batch;
    const failure = await this.#try(signal, async (limited) => {
      missing = await this.#carrier.sendTags(batch, { signal: limited, id: `${id}-${hashOf(batch)}` });
      if (missing.length > 0) throw new Failure("temporary", "it did not confirm all of them");
    });
    return { missing, failure };
  }

  /** Resolves with why it failed. Rejects when the caller has aborted. */
  async #try(
    signal: AbortSignal | undefined,
    send: (limited: AbortSignal) => Promise<void>,
  ): Promise<Failure | undefined> {
    await this.#bucket.take(signal);
    const { timeout } = this.#settings;
    const late = AbortSignal.timeout(timeout * 1_000);
    try {
      await send(signal === undefined ? late : AbortSignal.any([signal, late]));
      return undefined;
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof SpillwayError) throw error;
      if (late.aborted) return new Failure("temporary", `it did not answer within ${timeout} s`);
      return Failure.of(error);
    }
  }

  #error(failure: Failure, wanted: number, unpurged: Pick<Round, "left" | "refused">): SpillwayError {
    const { name, credentials } = this.#carrier;
    const { refused } = unpurged;
    const left = [...unpurged.left, ...refused];
    const told = left.filter((tag) => tag !== noTag);
    return purgeError(failure, { cdn: name, credentials, done: wanted - left.length, left: told, refused });
  }
}

function sorted(results: readonly Result[]): Round {
  const failed = results.filter(({ failure }) => failure !== undefined);
  const refused = failed.filter(({ failure }) => failure?.kind === "refused");
  const left = failed.filter(({ failure }) => failure?.kind !== "refused");
  return {
    left: left.flatMap(({ missing }) => missing),
    failure: left.at(-1)?.failure,
    refused: refused.flatMap(({ missing }) => missing),
    refusal: refused.at(-1)?.failure,
  };
}

function hashOf(batch: readonly string[]): string {
  return createHash("sha256").update(batch.join(" ")).digest("hex").slice(0, 16);
}
