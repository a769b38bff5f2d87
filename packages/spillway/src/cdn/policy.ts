// Cache policies: what browsers and the CDN may do with a response, said once for whatever CDN stands in front.

import { applyHeaders, type HeaderTarget } from "./apply.ts";
import { managedHeaders, policyHeaders } from "./policy-headers.ts";
import { type CachePolicySettings, type FilledPolicy, policySettings } from "./policy-settings.ts";
import { type CdnTarget, cdnTarget } from "./targets.ts";

/**
 * A policy for the responses of a route.
 *
 * ```ts
 * import { cachePolicy } from "spillway/cdn";
 *
 * const page = cachePolicy({ edge: 3600, stale: 60, tags: ["products"] });
 * page.withTags(`product:${id}`).applyTo(response);
 * ```
 *
 * Throws SPILLWAY_CDN_SETTING, SPILLWAY_CDN_TAG, SPILLWAY_CDN_POLICY for settings that contradict each other, and
 * SPILLWAY_CDN_TAGS for more tags than the CDN in front stores.
 */
export function cachePolicy(settings: CachePolicySettings): CachePolicy {
  return new CachePolicy(settings);
}

export class CachePolicy {
  readonly #given: CachePolicySettings;
  /** As they were given, filled up and checked; the tags in their form at the edge. */
  readonly settings: FilledPolicy;

  /** Use `cachePolicy`. */
  constructor(given: CachePolicySettings) {
    this.#given = given;
    this.settings = policySettings(given);
    policyHeaders(this.settings, this.settings.target);
  }

  /** The headers for `target`, or for the CDN of the settings. Throws SPILLWAY_CDN_SETTING and SPILLWAY_CDN_TAGS. */
  headers(target: CdnTarget = this.settings.target): Record<string, string> {
    return policyHeaders(this.settings, cdnTarget(target));
  }

  /** The same with more tags, for one response. Throws what `cachePolicy` throws. */
  withTags(...tags: readonly string[]): CachePolicy {
    return new CachePolicy({ ...this.#given, tags: [...(this.#given.tags ?? []), ...tags] });
  }

  /**
   * Sets the headers on a `ServerResponse`, a `Headers` or a plain record, adds to its Vary, and takes out what
   * another policy has left there. Returns it.
   */
  applyTo<T extends HeaderTarget>(response: T, target?: CdnTarget): T {
    applyHeaders(response, this.headers(target), managedHeaders(this.settings));
    return response;
  }
}
