// The settings of a cache policy: their checks, one by one and against each other.

import { SpillwayError } from "../errors.ts";
import { edgeTags } from "./tag.ts";
import { type CdnTarget, cdnTarget, cloudFrontTagHeader } from "./targets.ts";

/** All times are in seconds, as in HTTP and in the cache's settings. */
export interface CachePolicySettings {
  /**
   * How long a browser uses its copy without asking. Default 0: it asks each time. No purge reaches a browser: what
   * is given here is how stale a visitor can be.
   */
  browser?: number;
  /** How long the CDN serves its copy, unless it is purged. Default 0: it keeps none. */
  edge?: number;
  /** How much longer the CDN may serve it while it asks for a new one. Default 0. Not on CloudFront. */
  stale?: number;
  /** How much longer the CDN may serve it while the app fails. Default 0. */
  staleIfError?: number;
  /** It never changes at this address: browsers do not ask even on a reload. Default false. */
  immutable?: boolean;
  /** What it is made of, as in the cache; a purge of one of them ends it. Any characters: see `edgeTag`. */
  tags?: readonly string[];
  /**
   * It is the same for every visitor, also for one who sends a cookie or is signed in. Default false: an edge of ours
   * gives it to requests without cookies and Authorization only. Other CDNs do not look at cookies: before one of them,
   * give a policy only to what is the same for all.
   */
  public?: boolean;
  /** It is for one visitor: no CDN and no proxy keeps it. Default false. */
  private?: boolean;
  /** Request headers on which it depends. */
  vary?: readonly string[];
  /** The CDN in front. Default: the environment variable SPILLWAY_CDN, or `varnish`. */
  target?: CdnTarget;
  /** CloudFront: the header its distribution reads tags from. Default: SPILLWAY_CDN_TAG_HEADER, or x-amz-meta-cache-tag. */
  tagHeader?: string;
}

/** All of them, checked, the tags in their form at the edge. */
export type FilledPolicy = Readonly<Required<CachePolicySettings>>;

const times = ["browser", "edge", "stale", "staleIfError"] as const;
const switches = ["immutable", "public", "private"] as const;
const lists = ["tags", "vary"] as const;
const known: readonly string[] = [...times, ...switches, ...lists, "target", "tagHeader"];

/** A year: RFC 9111 calls for no more, and longer is a mistake, such as milliseconds. */
const mostSeconds = 366 * 24 * 3600;

const fieldName = /^[\w!#$%&'*+.^`|~-]+$/;

/** Throws SPILLWAY_CDN_SETTING, SPILLWAY_CDN_TAG and SPILLWAY_CDN_POLICY. */
export function policySettings(given: CachePolicySettings): FilledPolicy {
  checkShape(given);
  const { target, tagHeader, tags = [], vary = [], ...rest } = given;
  const policy: FilledPolicy = {
    browser: 0,
    edge: 0,
    stale: 0,
    staleIfError: 0,
    immutable: false,
    public: false,
    private: false,
    ...rest,
    vary: [...vary],
    tags: edgeTags(tags),
    target: cdnTarget(target),
    tagHeader: cloudFrontTagHeader(tagHeader),
  };
  checkTogether(policy);
  return Object.freeze(policy);
}

function checkShape(given: CachePolicySettings): void {
  const unknown = Object.keys(given).find((key) => !known.includes(key));
  if (unknown !== undefined) throw invalid(unknown, "unknown", `one of ${known.join(", ")}`);
  for (const key of times) checkTime(key, given[key]);
  for (const key of switches)
    if (given[key] !== undefined && typeof given[key] !== "boolean")
      throw invalid(key, given[key], "true or false");
  for (const key of lists)
    if (given[key] !== undefined && !Array.isArray(given[key])) throw invalid(key, given[key], "a list");
  for (const name of given.vary ?? [])
    if (name === "*" || !fieldName.test(name))
      throw invalid("vary", JSON.stringify(name), "names of request headers");
}

function checkTime(key: string, value: unknown): void {
  if (value === undefined || (Number.isInteger(value) && Number(value) >= 0 && Number(value) <= mostSeconds))
    return;
  const shown = typeof value === "string" ? JSON.stringify(value) : value;
  throw invalid(key, shown, `whole seconds from 0 to ${mostSeconds}`);
}

function checkTogether(policy: FilledPolicy): void {
  const { browser, edge, stale, staleIfError, immutable, tags } = policy;
  const forEdge = Object.entries({ edge, stale, staleIfError, tags: tags.length })
    .filter(([, value]) => value > 0)
    .map(([key]) => key);
  if (policy.private && forEdge.length > 0)
    throw contradiction("private", `${forEdge.join(" and ")} would let a CDN keep it`, {
      fix: "Leave private out if all visitors may see it, or else what is for the CDN.",
    });
  if (policy.private && policy.public)
    throw contradiction("private and public", "it is for one visitor or for all", {
      fix: "Leave one of them out.",
    });
  if (edge === 0 && forEdge.length > 0)
    throw contradiction(forEdge.join(" and "), "without edge no CDN keeps it", {
      fix: `Set edge to the seconds a CDN may serve it, or leave ${forEdge.join(" and ")} out.`,
    });
  if (immutable && browser === 0)
    throw contradiction("immutable", "without browser no browser keeps it", {
      fix: "Set browser to a long time, such as 31536000, or leave immutable out.",
    });
}

function contradiction(found: string, problem: string, { fix }: { fix: string }): SpillwayError {
  return new SpillwayError("SPILLWAY_CDN_POLICY", { found, problem, fix });
}

function invalid(setting: string, value: unknown, expected: string): SpillwayError {
  return new SpillwayError("SPILLWAY_CDN_SETTING", { setting, found: String(value), expected });
}
