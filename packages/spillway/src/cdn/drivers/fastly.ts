// Fastly: purges by surrogate key.

import type { CdnDriver, CdnLimits } from "../driver.ts";
import { type Attempt, deliverBy } from "./delivery.ts";
import { parsed, post } from "./http.ts";
import {
  type DriverSettings,
  checkKeys,
  deliverySettings,
  endpointOf,
  limitsWith,
  nameOf,
  secretOf,
} from "./settings.ts";

export interface FastlySettings extends DriverSettings {
  /** Default: the environment variable FASTLY_SERVICE_ID. */
  serviceId?: string;
  /** With the scope `purge_select`, and `purge_all` for `purgeAll`. Default: the environment variable FASTLY_API_TOKEN. */
  token?: string;
  /**
   * Mark as stale instead of ending. Default false: what was purged is never served again. True lets Fastly serve it
   * once more while it asks for a new one, where the policy has `stale`.
   */
  soft?: boolean;
}

/**
 * 256 keys of a batch: fastly.com/documentation/reference/api/purging, and the README of the official client
 * (github.com/fastly/fastly-js, docs/PurgeApi.md). The rate is ours: docs.fastly.com/api says that purges by key are
 * not limited; that there is a bound of 100,000 an hour for a customer was only found in a third party's list.
 */
const limits: CdnLimits = { tagsPerRequest: 256, requestsPerSecond: 20, burst: 100 };

/**
 * Purges a Fastly service.
 *
 * ```ts
 * const cdn = fastly({ serviceId: "SU1Z0isxPaozGVKXdv0eY", token: process.env["FASTLY_API_TOKEN"] });
 * await cdn.purgeTags(["product:42"]);
 * ```
 *
 * `POST /service/{id}/purge` with `{"surrogate_keys": […]}`, which answers with a purge id for each key: a key
 * without one is sent again. `POST /service/{id}/purge_all`, which is always hard. Accepted means on its way: of
 * purges from its own edge Fastly says that old values may persist for about 150 ms (docs.rs/fastly,
 * `cache::simple::purge_with_opts`); for the API no figure was found. Throws SPILLWAY_CDN_SETTING.
 */
export function fastly(settings: FastlySettings = {}): CdnDriver {
  checkKeys(settings, ["serviceId", "token", "soft"]);
  const secret = secretOf("token", settings.token ?? process.env["FASTLY_API_TOKEN"]);
  const serviceId = nameOf("serviceId", settings.serviceId ?? process.env["FASTLY_SERVICE_ID"]);
  const service = `${endpointOf(settings.endpoint, "https://api.fastly.com")}/service/${serviceId}`;
  const headers = { "fastly-key": secret };
  const soft = settings.soft === true ? { "fastly-soft-purge": "1" } : {};
  const sendTags = async (tags: readonly string[], { signal }: Attempt): Promise<readonly string[]> => {
    const url = new URL(`${service}/purge`);
    const body = { surrogate_keys: tags };
    return unconfirmed(tags, await post({ url, headers: { ...headers, ...soft }, body, signal, secret }));
  };
  const sendAll = async ({ signal }: Attempt): Promise<void> => {
    await post({ url: new URL(`${service}/purge_all`), headers, signal, secret });
  };
  const carrier = { name: "fastly", credentials: "token", sendTags, sendAll };
  return deliverBy(carrier, limitsWith(limits, settings.rate), deliverySettings(settings));
}

function unconfirmed(tags: readonly string[], answer: string): string[] {
  const ids = new Set(Object.keys(Object(parsed(answer))));
  return tags.filter((tag) => !ids.has(tag));
}
