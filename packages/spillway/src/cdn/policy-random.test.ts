// Random policies: each is either refused, or its headers mean the same to every reader.

import { expect, test } from "vitest";
import { type RandomSource, randomSource } from "../../test/random-values.ts";
import { SpillwayError } from "../errors.ts";
import { cachePolicy } from "./policy.ts";
import type { CachePolicySettings } from "./policy-settings.ts";
import { cdnTargets } from "./targets.ts";

type Directives = ReadonlyMap<string, number | true>;

/** RFC 9111, 5.2, as far as policies use it. */
function read(header: string | undefined): Directives | undefined {
  if (header === undefined) return undefined;
  const parts = header.split(",").map((part) => /^\s*([a-z-]+)(?:=(\d+))?\s*$/.exec(part)!);
  return new Map(parts.map(([, name, value]) => [name!, value === undefined ? true : Number(value)]));
}

function seconds(directives: Directives, ...names: readonly string[]): number {
  const found = names.map((name) => directives.get(name)).find((value) => typeof value === "number");
  return typeof found === "number" ? found : 0;
}

/** How each CDN documents that it reads a response: its first header that is there, and for how long it keeps it. */
function keptBy(
  cdn: string,
  headers: Record<string, string>,
): { fresh: number; stale: number; onError: number } {
  const own: Record<string, readonly string[]> = {
    varnish: ["CDN-Cache-Control"],
    fastly: ["Surrogate-Control"],
    cloudflare: ["Cloudflare-CDN-Cache-Control", "CDN-Cache-Control"],
    vercel: ["Vercel-CDN-Cache-Control", "CDN-Cache-Control"],
    cloudfront: [],
  };
  const name = [...own[cdn]!, "Cache-Control"].find((header) => headers[header] !== undefined)!;
  const directives = read(headers[name])!;
  const forbids = ["private", "no-store", "no-cache"].some((directive) => directives.has(directive));
  if (forbids) return { fresh: 0, stale: 0, onError: 0 };
  return {
    fresh:
      name === "Cache-Control" ? seconds(directives, "s-maxage", "max-age") : seconds(directives, "max-age"),
    stale: seconds(directives, "stale-while-revalidate"),
    onError: seconds(directives, "stale-if-error"),
  };
}

function randomPolicy(random: RandomSource): CachePolicySettings {
  const time = (): number => [0, 0, 1, 60, 31_536_000][random(5)]!;
  const all: Required<Omit<CachePolicySettings, "tagHeader">> = {
    browser: time(),
    edge: time(),
    stale: time(),
    staleIfError: time(),
    immutable: random(3) === 0,
    private: random(4) === 0,
    public: random(4) === 0,
    tags: Array.from({ length: random(4) }, () => ["products", "Product:1", "ä b", "p:1"][random(4)]!),
    vary: random(3) === 0 ? ["rsc"] : [],
    target: cdnTargets[random(cdnTargets.length)]!,
  };
  const given = Object.entries(all).filter(([key]) => key === "target" || random(5) > 1);
  return Object.fromEntries(given);
}

function contradictsItself(settings: CachePolicySettings): boolean {
  const { browser = 0, edge = 0, stale = 0, staleIfError = 0, tags = [] } = settings;
  const needsEdge = stale > 0 || staleIfError > 0 || tags.length > 0;
  if (settings.private === true && settings.public === true) return true;
  if (settings.private === true && (edge > 0 || needsEdge)) return true;
  return (edge === 0 && needsEdge) || (settings.immutable === true && browser === 0);
}

test("5,000 random policies are refused if they contradict themselves, and mean what they say if not", () => {
  const random = randomSource(11);
  const policies = Array.from({ length: 5_000 }, () => randomPolicy(random));
  const contradictory = policies.filter(contradictsItself);
  const sound = policies.filter((settings) => !contradictsItself(settings));
  expect(Math.min(contradictory.length, sound.length)).toBeGreaterThan(500);
  for (const settings of contradictory)
    expect(() => cachePolicy(settings), JSON.stringify(settings)).toThrow(SpillwayError);
  for (const settings of sound) expectMeaning(settings, cachePolicy(settings).headers());
});

function expectMeaning(settings: CachePolicySettings, headers: Record<string, string>): void {
  const { browser = 0, edge = 0, stale = 0, staleIfError = 0, target = "varnish" } = settings;
  const what = JSON.stringify({ settings, headers });
  const forBrowser = read(headers["Cache-Control"])!;
  expect(seconds(forBrowser, "max-age"), what).toBe(browser);
  expect(forBrowser.has("immutable"), what).toBe(settings.immutable === true);
  expect(forBrowser.has("private"), what).toBe(settings.private === true);
  // What cannot be purged is never served stale, and what was sent with Authorization is not made public.
  expect(forBrowser.has("stale-while-revalidate") || forBrowser.has("public"), what).toBe(false);
  const isForAll = target === "varnish" && edge > 0 && settings.public === true;
  expect(/\bpublic\b/.test(headers["CDN-Cache-Control"] ?? ""), what).toBe(isForAll);
  const expected =
    target === "cloudfront"
      ? { fresh: edge, stale: 0, onError: staleIfError }
      : { fresh: edge, stale, onError: staleIfError };
  expect(keptBy(target, headers), what).toEqual(
    settings.private === true ? { fresh: 0, stale: 0, onError: 0 } : expected,
  );
  expectOthers(settings, headers, what);
}

/** No CDN but the one in front keeps it longer than a browser: nobody would purge it there. */
function expectOthers(settings: CachePolicySettings, headers: Record<string, string>, what: string): void {
  const { browser = 0, target = "varnish", tags = [] } = settings;
  const unaware = cdnTargets.filter((cdn) => cdn !== target && target !== "cloudfront");
  for (const cdn of unaware.filter(
    (name) => !(target === "varnish" && ["cloudflare", "vercel"].includes(name)),
  ))
    expect(keptBy(cdn, headers).fresh, what).toBeLessThanOrEqual(browser);
  const tagged = Object.entries(headers).filter(([name]) => /tag|key/i.test(name));
  expect(tagged.length, what).toBe(tags.length === 0 ? 0 : 1);
  expect(new Set(tagged[0]?.[1].split(/[ ,]/) ?? []).size, what).toBe(new Set(tags).size);
}
