// The CDNs that headers can be written for, and what each of them takes.

import { SpillwayError } from "../errors.ts";

/** What may stand in front of the app. */
export const cdnTargets = ["varnish", "fastly", "cloudflare", "cloudfront", "vercel"] as const;

export type CdnTarget = (typeof cdnTargets)[number];

/** How a CDN is told of a response. */
export interface TargetHeaders {
  /** The header for this CDN alone, which it takes out on the way to the browser; undefined: it has none. */
  control: string | undefined;
  /** The header with the tags. */
  tags: string;
  /** Between two tags. */
  separator: " " | ",";
  /** What is beyond is not stored with the response; a purge would miss it. */
  mostTags: number;
  /** Of the tag header. */
  mostBytes: number;
}

const anyNumber = Infinity;

/**
 * Where the limits are from:
 * - varnish: `http_resp_hdr_len`, 8 KiB with the name of the header, is the default of varnishd; xkey has no limit.
 * - fastly: fastly.com/documentation/reference/http/http-headers/Surrogate-Key ("Limitations").
 * - cloudflare: developers.cloudflare.com/cache/how-to/purge-cache/purge-by-tags ("16 KB"; whether of 1,000 or 1,024
 *   bytes it does not say), developers.cloudflare.com/cache/concepts/cdn-cache-control.
 * - cloudfront: docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/invalidation-specifying-tags.html; the
 *   size of the header follows from 50 tags of 256 characters. It has no header of its own: of RFC 9213 its guide
 *   to expiration says nothing.
 * - vercel: vercel.com/docs/caching/cdn-cache/purge ("Limits"); of the header's size it says nothing, and 16,000
 *   bytes are a guess.
 */
export const targetHeaders: { readonly [T in CdnTarget]: TargetHeaders } = {
  varnish: {
    control: "CDN-Cache-Control",
    tags: "Surrogate-Key",
    separator: " ",
    mostTags: anyNumber,
    mostBytes: 8_000,
  },
  fastly: {
    control: "Surrogate-Control",
    tags: "Surrogate-Key",
    separator: " ",
    mostTags: anyNumber,
    mostBytes: 16_384,
  },
  cloudflare: {
    control: "Cloudflare-CDN-Cache-Control",
    tags: "Cache-Tag",
    separator: ",",
    mostTags: anyNumber,
    mostBytes: 16_000,
  },
  cloudfront: {
    control: undefined,
    tags: "x-amz-meta-cache-tag",
    separator: ",",
    mostTags: 50,
    mostBytes: 50 * 257,
  },
  vercel: {
    control: "Vercel-CDN-Cache-Control",
    tags: "Vercel-Cache-Tag",
    separator: ",",
    mostTags: 128,
    mostBytes: 16_000,
  },
};

/** The CDN in front: `given`, or SPILLWAY_CDN, or Varnish. Throws SPILLWAY_CDN_SETTING. */
export function cdnTarget(given: CdnTarget | undefined): CdnTarget {
  const named = process.env["SPILLWAY_CDN"]?.trim() ?? "";
  const setting = given === undefined ? "SPILLWAY_CDN" : "target";
  const target = given ?? (named === "" ? "varnish" : named);
  const found = cdnTargets.find((known) => known === target);
  if (found !== undefined) return found;
  const expected = `one of ${cdnTargets.join(", ")}`;
  throw new SpillwayError("SPILLWAY_CDN_SETTING", { setting, found: JSON.stringify(target), expected });
}

const headerName = /^[\w!#$%&'*+.^`|~-]{1,100}$/;

/** The header that a CloudFront distribution reads tags from. Throws SPILLWAY_CDN_SETTING. */
export function cloudFrontTagHeader(given: string | undefined): string {
  const named = process.env["SPILLWAY_CDN_TAG_HEADER"]?.trim() ?? "";
  const setting = given === undefined ? "SPILLWAY_CDN_TAG_HEADER" : "tagHeader";
  const name = given ?? (named === "" ? targetHeaders.cloudfront.tags : named);
  if (headerName.test(name)) return name;
  const expected = "the name of a header, such as x-amz-meta-cache-tag";
  throw new SpillwayError("SPILLWAY_CDN_SETTING", { setting, found: JSON.stringify(name), expected });
}
