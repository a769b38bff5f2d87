// What a policy says is what its headers say, read by somebody else.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import { SpillwayError } from "../errors.ts";
import { cachePolicy } from "./policy.ts";
import { edgeTag } from "./tag.ts";

afterEach(() => void vi.unstubAllEnvs());

test("each CDN is told by the header that it alone reads", () => {
  const policy = cachePolicy({ edge: 3600, stale: 60, staleIfError: 600, tags: ["product:1", "products"] });
  const edge = "max-age=3600, stale-while-revalidate=60, stale-if-error=600";
  expect(policy.headers()).toEqual({
    "Cache-Control": "no-cache",
    "CDN-Cache-Control": edge,
    "Surrogate-Key": "product:1 products",
  });
  expect(policy.headers("fastly")).toEqual({
    "Cache-Control": "no-cache",
    "Surrogate-Control": edge,
    "Surrogate-Key": "product:1 products",
  });
  expect(policy.headers("cloudflare")).toEqual({
    "Cache-Control": "no-cache",
    "Cloudflare-CDN-Cache-Control": edge,
    "Cache-Tag": "product:1,products",
  });
  expect(policy.headers("vercel")).toEqual({
    "Cache-Control": "no-cache",
    "Vercel-CDN-Cache-Control": edge,
    "Vercel-Cache-Tag": "product:1,products",
  });
});

test("CloudFront is told by s-maxage, and not what browsers would obey as well", () => {
  const policy = cachePolicy({ edge: 3600, stale: 60, staleIfError: 600, tags: ["a"], target: "cloudfront" });
  expect(policy.headers()).toEqual({
    "Cache-Control": "max-age=0, s-maxage=3600, stale-if-error=600",
    "x-amz-meta-cache-tag": "a",
  });
  expect(
    cachePolicy({ edge: 1, tags: ["a"], target: "cloudfront", tagHeader: "Edge-Tags" }).headers(),
  ).toMatchObject({ "Edge-Tags": "a" });
});

test("what is for browsers alone is kept by no CDN, and not by CloudFront for as long as they keep it", () => {
  const policy = cachePolicy({ browser: 30 });
  expect(policy.headers("cloudfront")).toEqual({ "Cache-Control": "max-age=30, s-maxage=0" });
  expect(policy.headers("varnish")).toMatchObject({ "CDN-Cache-Control": "no-store" });
  expect(policy.headers("fastly")).toMatchObject({ "Surrogate-Control": "max-age=0" });
  expect(cachePolicy({}).headers("cloudfront")).toEqual({ "Cache-Control": "no-cache" });
});

test("what is private is kept by no CDN", () => {
  const policy = cachePolicy({ private: true, browser: 30 });
  const own = { "Cache-Control": "private, max-age=30" };
  expect(policy.headers("varnish")).toEqual({ ...own, "CDN-Cache-Control": "no-store" });
  expect(policy.headers("fastly")).toEqual(own);
  expect(policy.headers("cloudflare")).toEqual({ ...own, "Cloudflare-CDN-Cache-Control": "no-store" });
  expect(policy.headers("cloudfront")).toEqual(own);
  expect(policy.headers("vercel")).toEqual({ ...own, "Vercel-CDN-Cache-Control": "no-store" });
});

test("an immutable file, and what depends on request headers", () => {
  const policy = cachePolicy({
    browser: 31_536_000,
    edge: 31_536_000,
    immutable: true,
    vary: ["accept", "rsc"],
  });
  expect(policy.headers()).toEqual({
    "Cache-Control": "max-age=31536000, immutable",
    "CDN-Cache-Control": "max-age=31536000",
    Vary: "accept, rsc",
  });
});

test("the CDN in front is that of SPILLWAY_CDN, and one that is not known is an error", () => {
  vi.stubEnv("SPILLWAY_CDN", "cloudflare");
  expect(Object.keys(cachePolicy({ edge: 1 }).headers())).toContain("Cloudflare-CDN-Cache-Control");
  vi.stubEnv("SPILLWAY_CDN", "akamai");
  expect(() => cachePolicy({ edge: 1 })).toThrow(
    'SPILLWAY_CDN is "akamai", expected one of varnish, fastly, cloudflare, cloudfront, vercel',
  );
  expect(() => cachePolicy({ edge: 1, target: "nginx" as "varnish" })).toThrow('target is "nginx"');
});

test("a contradiction is an error that says what to do", () => {
  expect(messageOf({ private: true, edge: 60 })).toBe(
    "A cache policy contradicts itself: private, but edge would let a CDN keep it. Leave private out if all visitors may see it, or else what is for the CDN.",
  );
  expect(messageOf({ stale: 60, tags: ["a"] })).toBe(
    "A cache policy contradicts itself: stale and tags, but without edge no CDN keeps it. Set edge to the seconds a CDN may serve it, or leave stale and tags out.",
  );
  expect(messageOf({ immutable: true })).toContain("immutable, but without browser no browser keeps it");
});

test("a setting that cannot be is an error that names it", () => {
  for (const [settings, message] of [
    [{ edge: "5m" }, 'edge is "5m", expected whole seconds from 0 to 31622400'],
    [{ edge: 1.5 }, "edge is 1.5"],
    [{ edge: 86_400_000 }, "edge is 86400000"],
    [{ browser: -1 }, "browser is -1"],
    [{ edge: Number.NaN }, "edge is NaN"],
    [{ ttl: 5 }, "ttl is unknown, expected one of browser, edge"],
    [{ tags: "a" }, "tags is a, expected a list"],
    [{ vary: ["*"] }, 'vary is "*", expected names of request headers'],
    [{ vary: ["a\r\nset-cookie: x"] }, "expected names of request headers"],
    [{ private: "yes" }, "private is yes, expected true or false"],
    [{ tagHeader: "a b" }, 'tagHeader is "a b"'],
  ] as const)
    expect(messageOf(settings)).toContain(message);
});

test("more tags than the CDN stores are an error, and as many are not", () => {
  const tags = Array.from({ length: 51 }, (_, at) => `t${at}`);
  expect(() => cachePolicy({ edge: 1, tags, target: "cloudfront" })).toThrow(
    "The tags of a response are 51, expected at most 50 for cloudfront",
  );
  expect(
    Object.keys(cachePolicy({ edge: 1, tags: tags.slice(1), target: "cloudfront" }).headers()),
  ).toHaveLength(2);
  const page = cachePolicy({ edge: 1, tags });
  expect(() => page.headers("cloudfront")).toThrow(SpillwayError);
  const many = Array.from({ length: 300 }, (_, at) => `Tag ${at}`);
  expect(() => page.withTags(...many)).toThrow("bytes together, expected at most 8000 bytes for varnish");
});

test("more tags for one response leave the policy as it is", () => {
  const page = cachePolicy({ edge: 1, tags: ["products"] });
  expect(page.withTags("product:1", "Größe").headers()["Surrogate-Key"]).toBe(
    `products product:1 ${edgeTag("Größe")}`,
  );
  expect(page.headers()["Surrogate-Key"]).toBe("products");
});

test("headers go onto Headers and records, in the place of those of another policy", () => {
  const shared = cachePolicy({ edge: 60, tags: ["a"], vary: ["rsc"] });
  const own = cachePolicy({ private: true });
  const headers = shared.applyTo(new Headers({ vary: "accept, RSC", expires: "tomorrow" }));
  expect(headers.get("vary")).toBe("accept, RSC");
  expect(headers.get("surrogate-key")).toBe("a");
  expect(headers.get("expires")).toBeNull();
  own.applyTo(headers, "fastly");
  expect(Object.fromEntries(headers)).toEqual({ "cache-control": "private, no-cache", vary: "accept, RSC" });

  const record: Record<string, string> = {
    "surrogate-KEY": "old",
    "cache-control": "public",
    vary: "accept",
  };
  expect(shared.applyTo(record)).toEqual({
    "Cache-Control": "no-cache",
    "CDN-Cache-Control": "max-age=60",
    "Surrogate-Key": "a",
    Vary: "accept, rsc",
  });
});

test("headers go onto the response of a Node server", async () => {
  const server = createServer((_request, response) => {
    response.setHeader("vary", ["accept", "cookie"]);
    response.setHeader("surrogate-key", "old");
    cachePolicy({ private: true, vary: ["rsc"] })
      .applyTo(response)
      .end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { headers } = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  server.close();
  expect(headers.get("cache-control")).toBe("private, no-cache");
  expect(headers.get("cdn-cache-control")).toBe("no-store");
  expect(headers.get("vary")).toBe("accept, cookie, rsc");
  expect(headers.get("surrogate-key")).toBeNull();
});

function messageOf(settings: object): string {
  try {
    cachePolicy(settings);
  } catch (error) {
    if (error instanceof SpillwayError) return error.message;
    throw error;
  }
  return "nothing";
}
