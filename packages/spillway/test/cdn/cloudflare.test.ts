// The driver of Cloudflare.

import { expect, test } from "vitest";
import { cloudflare } from "../../src/cdn/drivers/cloudflare.ts";
import { answer, cloudflareServer } from "./cloudflare-server.ts";
import { cdnContract } from "./contract.ts";
import { errorOf } from "./contract-failures.ts";
import { startFake } from "./fake-cdn.ts";
import { quick } from "./under-test.ts";

cdnContract(() => startFake(cloudflareServer));

/** Answers 200 with `success: false` and these codes, once each. */
async function startDenying(...codes: readonly number[]): ReturnType<typeof startFake> {
  const left = [...codes];
  return startFake((endpoint) => {
    const vendor = cloudflareServer(endpoint);
    return {
      ...vendor,
      accept: (...given) => {
        const code = left.shift();
        if (code === undefined) return vendor.accept(...given);
        return {
          status: 200,
          body: answer(false, [
            { code, message: "no" },
            { code: 1016, message: "errors" },
          ]),
        };
      },
    };
  });
}

test("a 200 that is no success is tried again", async () => {
  const cdn = await startDenying(1016, 1016);
  await cdn.driver(quick).purgeTags(["a"]);
  expect(cdn.server.requests).toHaveLength(3);
  await cdn.close();
});

test("a 200 that says that the tags will not do is not tried again", async () => {
  const cdn = await startDenying(1107);
  const { message } = await errorOf("SPILLWAY_CDN_REFUSED", cdn.driver(quick).purgeTags(["a"]));
  expect(message).toContain('"code":1107');
  expect(cdn.server.requests).toHaveLength(1);
  await cdn.close();
});

test("the rate is that of the plan, by default the slowest", () => {
  const settings = { zoneId: "zone", token: "a-token-of-tests" };
  expect(cloudflare(settings).limits).toEqual({ tagsPerRequest: 100, requestsPerSecond: 5 / 60, burst: 25 });
  expect(cloudflare({ ...settings, plan: "enterprise" }).limits).toMatchObject({
    requestsPerSecond: 50,
    burst: 500,
  });
  expect(() => cloudflare({ ...settings, plan: "gold" as "pro" })).toThrow(
    'plan is "gold", expected one of free, pro, business, enterprise',
  );
});
