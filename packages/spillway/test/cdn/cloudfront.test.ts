// The driver of CloudFront.

import { execFile } from "node:child_process";
import { inspect, promisify } from "node:util";
import { expect, test } from "vitest";
import { cloudFront } from "../../src/cdn/drivers/cloudfront.ts";
import { cloudFrontServer } from "./cloudfront-server.ts";
import { cdnContract } from "./contract.ts";
import { errorOf } from "./contract-failures.ts";
import { startFake, type Vendor } from "./fake-cdn.ts";
import { quick } from "./under-test.ts";

cdnContract(() => startFake(cloudFrontServer));

test("a distribution that reads no tags, or another header, fails the check", async () => {
  for (const [header, found] of [
    ["", "it has no CacheTagConfig"],
    ["edge-tags", "its CacheTagConfig reads edge-tags"],
  ] as const) {
    const cdn = await startFake((endpoint) => cloudFrontServer(endpoint, header));
    const driver = cdn.driver(quick);
    const { message } = await errorOf("SPILLWAY_CDN_REFUSED", driver.check?.());
    expect(message).toContain(`${found}, and the tags are in x-amz-meta-cache-tag`);
    expect(cdn.server.accepted).toEqual([]);
    await driver.close?.();
    await cdn.close();
  }
});

test("a second try has the same reference, so that it starts no second invalidation; another purge has another", async () => {
  const references: string[] = [];
  const cdn = await startFake((endpoint) => {
    const vendor = cloudFrontServer(endpoint);
    const read: Vendor["read"] = (request) => {
      references.push(/<CallerReference>([^<]*)</.exec(request.body)?.[1] ?? "");
      return vendor.read(request);
    };
    return { ...vendor, read };
  });
  const driver = cdn.driver(quick);
  cdn.server.fail({ status: 503 });
  await driver.purgeTags(["a", "b"]);
  await driver.purgeTags(["a", "b"]);
  expect(references).toHaveLength(3);
  expect(references[1]).toBe(references[0]);
  expect(references[2]).not.toBe(references[0]);
  await driver.close?.();
  await cdn.close();
});

test("too many invalidations in progress are a matter of rate, though their status is 400", async () => {
  const cdn = await startFake((endpoint) => {
    const vendor = cloudFrontServer(endpoint);
    const body = vendor.refuse(400, "no").body.replace("InvalidArgument", "TooManyInvalidationsInProgress");
    return { ...vendor, accept: () => ({ status: 400, body, type: "text/xml" }) };
  });
  const driver = cdn.driver({ ...quick, patience: 0 });
  const { data } = await errorOf("SPILLWAY_CDN_RATE", driver.purgeTags(["a"]));
  expect(data.left).toEqual(["a"]);
  await driver.close?.();
  await cdn.close();
});

test("a driver that was closed works again", async () => {
  const cdn = await startFake(cloudFrontServer);
  const driver = cdn.driver(quick);
  await driver.purgeTags(["a"]);
  await driver.close?.();
  await driver.purgeTags(["b"]);
  expect(cdn.server.accepted).toEqual(["a", "b"]);
  await driver.close?.();
  await cdn.close();
});

test("a session token, which is sent with each request, is in no error", async () => {
  const cdn = await startFake(cloudFrontServer);
  const sessionToken = "session-token-that-nobody-may-see";
  const credentials = {
    accessKeyId: "AKIDOFSOMEBODYELSE",
    secretAccessKey: "a-secret-of-tests",
    sessionToken,
  };
  const driver = cloudFront({
    ...quick,
    distributionId: "E1",
    credentials,
    endpoint: cdn.address,
    patience: 0,
  });
  const denied = await errorOf("SPILLWAY_CDN_CREDENTIALS", driver.purgeTags(["a"]));
  expect(inspect(denied, { depth: 20, showHidden: true })).not.toContain(sessionToken);
  await driver.close?.();
  await cdn.close();
});

test("a distribution that no address can have is told when the driver is made", () => {
  expect(() => cloudFront({ distributionId: "../x" })).toThrow('distributionId is "../x"');
});

test("where the SDK is not installed, the first purge says how to install it", async () => {
  const driver = new URL("../../src/cdn/drivers/cloudfront.ts", import.meta.url).href;
  const program = `
    import { registerHooks } from "node:module";
    registerHooks({ resolve(name, context, next) {
      if (name.startsWith("@aws-sdk/")) throw new Error("Cannot find package " + name);
      return next(name, context);
    } });
    const { cloudFront } = await import(${JSON.stringify(driver)});
    const cdn = cloudFront({ distributionId: "E1" });
    await cdn.purgeTags(["a"]).catch(({ code, message }) => console.log(code + " " + message));`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program]);
  expect(stdout).toBe(
    "SPILLWAY_CDN_SDK The driver for CloudFront cannot be loaded: Cannot find package @aws-sdk/client-cloudfront. npm install @aws-sdk/client-cloudfront\n",
  );
});
