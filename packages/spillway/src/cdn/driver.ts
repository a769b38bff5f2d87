// What a CDN has to be able to do to be purged by tag.

export interface PurgeOptions {
  /** Ends the purge: it rejects with the signal's reason. What was sent may have been accepted. */
  signal?: AbortSignal;
}

/** As the CDN documents them. */
export interface CdnLimits {
  /** Of one request. */
  readonly tagsPerRequest: number;
  /** Sustained; up to `burst` more at once when none were sent for a while. */
  readonly requestsPerSecond: number;
  readonly burst: number;
}

/**
 * A CDN that can be purged. It keeps no state but its share of the CDN's rate, so calls may overlap and may be
 * repeated: a purge that is done twice does no harm.
 */
export interface CdnDriver {
  readonly name: string;
  readonly limits: CdnLimits;
  /**
   * Ends what has one of these tags (as the cache has them, or as `edgeTag` writes them). Resolves when the CDN has
   * accepted every one. Throws SPILLWAY_CDN_CREDENTIALS and SPILLWAY_CDN_REFUSED, for which another try is of no use,
   * SPILLWAY_CDN_RATE, SPILLWAY_CDN_UNAVAILABLE, and SPILLWAY_CDN_PARTIAL when some were accepted: `data.left` names
   * what was not.
   */
  purgeTags(tags: readonly string[], options?: PurgeOptions): Promise<void>;
  /** Ends everything. Throws what `purgeTags` throws. */
  purgeAll(options?: PurgeOptions): Promise<void>;
  /** Asks the CDN whether purges will work, for a start-up check. Throws what `purgeTags` throws. */
  check?(options?: PurgeOptions): Promise<void>;
  /** Lets go of connections. */
  close?(): Promise<void>;
}
