// What the drivers refuse when they are made, and that no secret is told.

import { inspect } from "node:util";
import { afterEach, expect, test, vi } from "vitest";
import { SpillwayError } from "../../errors.ts";
import { cloudflare } from "./cloudflare.ts";
import { cloudFront } from "./cloudfront.ts";
import { retryAfter } from "./failure.ts";
import { fastly } from "./fastly.ts";
import { vercel } from "./vercel.ts";

afterEach(() => void vi.unstubAllEnvs());

const right = { serviceId: "SU1Z0isxPaozGVKXdv0eY", token: "a-token-of-tests" };

function errorOf(make: () => unknown): SpillwayError {
  try {
    make();
  } catch (error) {
    if (error instanceof SpillwayError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

test("a token with a line break, which fetch would name in its error, is refused without being told", () => {
  for (const token of [
    "secret-of-many-letters\n",
    " secret-of-many-letters",
    "sécret-of-many-letters",
    "short",
  ]) {
    const error = errorOf(() => fastly({ ...right, token }));
    expect(error.code).toBe("SPILLWAY_CDN_SETTING");
    expect(inspect(error, { depth: 9 })).not.toContain(token.trim());
  }
});

test("an address with a password is refused without being told", () => {
  const error = errorOf(() => fastly({ ...right, endpoint: "https://user:hunter22@example.com" }));
  expect(error.message).toContain("endpoint is no such address");
  expect(inspect(error, { depth: 9 })).not.toContain("hunter22");
});

test("a setting that is not known, or cannot be, is an error that names it", () => {
  for (const [settings, message] of [
    [{ soft_purge: true }, "soft_purge is unknown, expected one of serviceId, token, soft, endpoint"],
    [{ serviceId: "../x" }, 'serviceId is "../x"'],
    [{ timeout: 0 }, "timeout is 0, expected seconds from 0.001 to 3600"],
    [{ patience: "long" }, "patience is long"],
    [{ endpoint: "ftp://example.com" }, "endpoint is no such address"],
    [{ rate: { requestsPerSecond: 0, burst: 1 } }, "rate.requestsPerSecond is 0"],
    [{ rate: { requestsPerSecond: 1, burst: 0 } }, "rate.burst is 0"],
  ] as const)
    expect(errorOf(() => fastly({ ...right, ...(settings as object) })).message).toContain(message);
});

test("what is not given is read from the environment when the driver is made, and missed by its name", () => {
  for (const make of [fastly, cloudflare, vercel])
    expect(errorOf(() => make()).message).toContain("token is not set");
  expect(errorOf(() => cloudFront()).message).toContain("distributionId is not set");
  vi.stubEnv("FASTLY_API_TOKEN", right.token);
  vi.stubEnv("FASTLY_SERVICE_ID", right.serviceId);
  vi.stubEnv("CLOUDFLARE_API_TOKEN", right.token);
  vi.stubEnv("CLOUDFLARE_ZONE_ID", "zone");
  vi.stubEnv("VERCEL_TOKEN", right.token);
  vi.stubEnv("VERCEL_PROJECT_ID", "project");
  vi.stubEnv("CLOUDFRONT_DISTRIBUTION_ID", "distribution");
  expect([fastly(), cloudflare(), vercel(), cloudFront()].map(({ name }) => name)).toEqual([
    "fastly",
    "cloudflare",
    "vercel",
    "cloudfront",
  ]);
});

test("Retry-After is seconds or a date", () => {
  expect(retryAfter("120")).toBe(120);
  expect(retryAfter(new Date(Date.now() + 60_000).toUTCString())).toBeGreaterThan(57);
  expect(retryAfter(new Date(0).toUTCString())).toBe(0);
  expect(retryAfter("soon")).toBeUndefined();
  expect(retryAfter(null)).toBeUndefined();
});
