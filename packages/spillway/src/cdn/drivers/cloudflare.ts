// Cloudflare: purges by cache tag.

import type { CdnDriver, CdnLimits } from "../driver.ts";
import { type Attempt, deliverBy } from "./delivery.ts";
import { Failure } from "./failure.ts";
import { parsed, post, told } from "./http.ts";
import {
  type DriverSettings,
  checkKeys,
  deliverySettings,
  endpointOf,
  invalid,
  limitsWith,
  nameOf,
  secretOf,
} from "./settings.ts";

/** The plans, which differ in how often may be purged. */
const cloudflarePlans = ["free", "pro", "business", "enterprise"] as const;

export interface CloudflareSettings extends DriverSettings {
  /** Default: the environment variable CLOUDFLARE_ZONE_ID. */
  zoneId?: string;
  /** With the permission `Zone › Cache Purge`. Default: the environment variable CLOUDFLARE_API_TOKEN. */
  token?: string;
  /** The plan of the account. Default `free`, the slowest: 25 requests at once, then one every 12 seconds. */
  plan?: (typeof cloudflarePlans)[number];
}

/**
 * developers.cloudflare.com/cache/how-to/purge-cache ("Purge limits", as of July 2026): 100 tags of a request on
 * every plan. The limits are of the account: its zones share them, and so do its other servers.
 */
const limits: { readonly [P in (typeof cloudflarePlans)[number]]: CdnLimits } = {
  free: { tagsPerRequest: 100, requestsPerSecond: 5 / 60, burst: 25 },
  pro: { tagsPerRequest: 100, requestsPerSecond: 5, burst: 25 },
  business: { tagsPerRequest: 100, requestsPerSecond: 10, burst: 50 },
  enterprise: { tagsPerRequest: 100, requestsPerSecond: 50, burst: 500 },
};

/** Seen in public issues, not documented: too long, not printable, not on this plan, of the wrong form. */
const refusals: ReadonlySet<unknown> = new Set([1012, 1014, 1100, 1107, 1315]);

/**
 * Purges a zone of Cloudflare.
 *
 * ```ts
 * const cdn = cloudflare({ zoneId: "023e105f4ecef8ad9ca31a8372d0c353", token, plan: "pro" });
 * ```
 *
 * `POST /zones/{id}/purge_cache` with `{"tags": […]}` or `{"purge_everything": true}`
 * (developers.cloudflare.com/api/resources/cache/methods/purge). It can answer 200 with `"success": false`, which is a
 * failure of the whole batch: nothing says which tag it is of. Accepted means taken: half of all purges are done
 * everywhere within 150 ms (blog.cloudflare.com/instant-purge), and nothing tells when one is. HTML is only kept where a
 * cache rule makes it eligible. Throws SPILLWAY_CDN_SETTING.
 */
export function cloudflare(settings: CloudflareSettings = {}): CdnDriver {
  checkKeys(settings, ["zoneId", "token", "plan"]);
  const plan = cloudflarePlans.find((name) => name === (settings.plan ?? "free"));
  if (plan === undefined)
    throw invalid("plan", JSON.stringify(settings.plan), `one of ${cloudflarePlans.join(", ")}`);
  const secret = secretOf("token", settings.token ?? process.env["CLOUDFLARE_API_TOKEN"]);
  const zoneId = nameOf("zoneId", settings.zoneId ?? process.env["CLOUDFLARE_ZONE_ID"]);
  const api = endpointOf(settings.endpoint, "https://api.cloudflare.com/client/v4");
  const url = new URL(`${api}/zones/${zoneId}/purge_cache`);
  const purge = async (body: unknown, signal: AbortSignal): Promise<void> => {
    const headers = { authorization: `Bearer ${secret}` };
    checkAnswer(await post({ url, headers, body, signal, secret }), secret);
  };
  const sendTags = async (tags: readonly string[], { signal }: Attempt): Promise<readonly string[]> => {
    await purge({ tags }, signal);
    return [];
  };
  const sendAll = ({ signal }: Attempt): Promise<void> => purge({ purge_everything: true }, signal);
  const carrier = { name: "cloudflare", credentials: "token", sendTags, sendAll };
  return deliverBy(carrier, limitsWith(limits[plan], settings.rate), deliverySettings(settings));
}

interface Answer {
  success?: unknown;
  errors?: readonly { code?: unknown }[];
}

function checkAnswer(text: string, secret: string): void {
  const answer = (parsed(text) ?? {}) as Answer;
  if (answer.success === true) return;
  const isRefused = answer.errors?.some(({ code }) => refusals.has(code)) ?? false;
  throw new Failure(isRefused ? "refused" : "temporary", told(text, secret));
}
