// Vercel: purges by cache tag.

import type { CdnDriver, CdnLimits } from "../driver.ts";
import { type Attempt, deliverBy } from "./delivery.ts";
import { post } from "./http.ts";
import {
  type DriverSettings,
  checkKeys,
  deliverySettings,
  endpointOf,
  limitsWith,
  nameOf,
  secretOf,
} from "./settings.ts";

export interface VercelSettings extends DriverSettings {
  /** Id or name. Default: the environment variable VERCEL_PROJECT_ID. */
  project?: string;
  /** The team that has the project. Default: the environment variable VERCEL_ORG_ID; without it, the token's own account. */
  teamId?: string;
  /** Default: the environment variable VERCEL_TOKEN. */
  token?: string;
  /**
   * Mark as stale instead of ending. Default false: what was purged is never served again. True serves the old
   * response once more while a new one is made.
   */
  soft?: boolean;
}

/**
 * vercel.com/docs/caching/cdn-cache/purge ("Limits"): 16 tags of a request. An older form of the page had 5 requests a
 * minute on every plan; the newer ones do not name a rate. The old one is kept until it is known.
 */
const limits: CdnLimits = { tagsPerRequest: 16, requestsPerSecond: 5 / 60, burst: 5 };

/**
 * Purges a project on Vercel: its CDN cache, and with it what Vercel's runtime and data caches have under the tags.
 *
 * ```ts
 * const cdn = vercel({ project: "shop", token: process.env["VERCEL_TOKEN"] });
 * ```
 *
 * `POST /v1/edge-cache/dangerously-delete-by-tags`, or `invalidate-by-tags` when `soft`, with `{"tags": […]}`
 * (vercel.com/docs/rest-api/edge-cache). The request that purges everything, `POST /v1/edge-cache/purge-all`, is not in
 * that reference: it is what the official command line sends (github.com/vercel/vercel, `vercel cache purge`). Accepted
 * means taken; when it is in force everywhere is not documented for the REST API. Throws SPILLWAY_CDN_SETTING.
 */
export function vercel(settings: VercelSettings = {}): CdnDriver {
  checkKeys(settings, ["project", "teamId", "token", "soft"]);
  const secret = secretOf("token", settings.token ?? process.env["VERCEL_TOKEN"]);
  const query = new URLSearchParams();
  query.set("projectIdOrName", nameOf("project", settings.project ?? process.env["VERCEL_PROJECT_ID"]));
  const teamId = settings.teamId ?? process.env["VERCEL_ORG_ID"];
  if (teamId !== undefined) query.set("teamId", nameOf("teamId", teamId));
  const api = `${endpointOf(settings.endpoint, "https://api.vercel.com")}/v1/edge-cache`;
  const action = settings.soft === true ? "invalidate-by-tags" : "dangerously-delete-by-tags";
  const send = async (path: string, body: unknown, signal: AbortSignal): Promise<void> => {
    const headers = { authorization: `Bearer ${secret}` };
    await post({ url: new URL(`${api}/${path}?${query.toString()}`), headers, body, signal, secret });
  };
  const sendTags = async (tags: readonly string[], { signal }: Attempt): Promise<readonly string[]> => {
    await send(action, { tags }, signal);
    return [];
  };
  const sendAll = ({ signal }: Attempt): Promise<void> => send("purge-all", undefined, signal);
  const carrier = { name: "vercel", credentials: "token", sendTags, sendAll };
  return deliverBy(carrier, limitsWith(limits, settings.rate), deliverySettings(settings));
}
