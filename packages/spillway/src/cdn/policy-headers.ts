// A cache policy as headers: one for browsers, one that only the CDN in front reads, and its tags.
//
// Only the CDN in front is told how long it may keep a response: what stands between it and the browser can be purged
// by nobody. `public` is said to an edge of ours alone, where the policy says it: it lets responses to requests with
// Authorization be shared (RFC 9111, 3.5), and those to requests with cookies.

import { SpillwayError } from "../errors.ts";
import type { FilledPolicy } from "./policy-settings.ts";
import { type CdnTarget, targetHeaders } from "./targets.ts";

/** Throws SPILLWAY_CDN_TAGS. */
export function policyHeaders(policy: FilledPolicy, target: CdnTarget): Record<string, string> {
  const { control } = targetHeaders[target];
  const headers: Record<string, string> = {
    "Cache-Control": control === undefined ? forAll(policy) : forBrowsers(policy),
  };
  const edge = forEdge(policy, target);
  if (control !== undefined && edge !== undefined) headers[control] = edge;
  if (policy.tags.length > 0) headers[tagHeaderOf(policy, target)] = tagList(policy, target);
  if (policy.vary.length > 0) headers["Vary"] = policy.vary.join(", ");
  return headers;
}

/** Every header that a policy can write, in lower case: what another one wrote before must not stay. */
export function managedHeaders({ tagHeader }: FilledPolicy): ReadonlySet<string> {
  const names = Object.values(targetHeaders).flatMap(({ control, tags }) => [control ?? "", tags]);
  const all = ["Cache-Control", "Expires", "Pragma", tagHeader, ...names].filter((name) => name !== "");
  return new Set(all.map((name) => name.toLowerCase()));
}

function tagHeaderOf({ tagHeader }: FilledPolicy, target: CdnTarget): string {
  return target === "cloudfront" ? tagHeader : targetHeaders[target].tags;
}

function forBrowsers({ browser, immutable, private: isPrivate }: FilledPolicy): string {
  const kept = browser === 0 ? ["no-cache"] : [`max-age=${browser}`];
  return [...(isPrivate ? ["private"] : []), ...kept, ...(immutable ? ["immutable"] : [])].join(", ");
}

/**
 * CloudFront has no header of its own, so browsers read what it reads. `s-maxage` they ignore. They would obey
 * `stale-while-revalidate`, and show what was purged: it is a permission, and is not given.
 */
function forAll(policy: FilledPolicy): string {
  const { browser, edge, staleIfError, immutable } = policy;
  if (policy.private || (edge === 0 && browser === 0)) return forBrowsers(policy);
  const parts = [`max-age=${browser}`, `s-maxage=${edge}`];
  if (staleIfError > 0) parts.push(`stale-if-error=${staleIfError}`);
  if (immutable) parts.push("immutable");
  return parts.join(", ");
}

function forEdge(policy: FilledPolicy, target: CdnTarget): string | undefined {
  const { edge, stale, staleIfError } = policy;
  // Fastly passes what is `private` (its boilerplate VCL); with a Surrogate-Control it would go by that instead.
  if (policy.private && target === "fastly") return undefined;
  // Fastly knows `max-age=0`, and does not document `no-store` in Surrogate-Control.
  if (edge === 0) return target === "fastly" ? "max-age=0" : "no-store";
  const parts = [...(policy.public && target === "varnish" ? ["public"] : []), `max-age=${edge}`];
  if (stale > 0) parts.push(`stale-while-revalidate=${stale}`);
  if (staleIfError > 0) parts.push(`stale-if-error=${staleIfError}`);
  return parts.join(", ");
}

function tagList({ tags }: FilledPolicy, target: CdnTarget): string {
  const { separator, mostTags, mostBytes } = targetHeaders[target];
  if (tags.length > mostTags) throw tooMany(target, `${tags.length}`, `at most ${mostTags}`);
  const list = tags.join(separator);
  if (list.length > mostBytes)
    throw tooMany(target, `${list.length} bytes together`, `at most ${mostBytes} bytes`);
  return list;
}

function tooMany(target: CdnTarget, found: string, expected: string): SpillwayError {
  return new SpillwayError("SPILLWAY_CDN_TAGS", { target, found, expected });
}
