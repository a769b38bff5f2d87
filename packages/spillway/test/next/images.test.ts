// Optimised images: their bytes in a real S3 server, and made again where they cannot be had.

import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { type S3Server, startS3 } from "../../../../testing/s3-server.ts";
import { Images } from "../../src/next/images.ts";
import { png } from "../storage/bodies.ts";

const image = { kind: "IMAGE", etag: "e", extension: "png", upstreamEtag: "u", buffer: Buffer.from(png) };
let s3: S3Server;

beforeAll(async () => void (s3 = await startS3()));
beforeEach(() => {
  for (const [name, value] of Object.entries(s3.environment)) vi.stubEnv(name, value);
});
afterEach(() => vi.unstubAllEnvs());
afterAll(() => s3.remove());

test("the bytes lie in storage, once, and come back with the rest", async () => {
  const [one, other] = [new Images(), new Images()];
  const kept = await one.keep(image);
  expect(kept).not.toHaveProperty("buffer");
  expect(await other.keep(image)).toEqual(kept);
  expect(s3.keys()).toHaveLength(1);
  expect(await other.whole(kept)).toEqual(image);
});

test("without storage they stay with the image", async () => {
  vi.stubEnv("S3_BUCKET", "");
  const images = new Images();
  expect(await images.keep(image)).toEqual(image);
  expect(await images.whole(image)).toEqual(image);
});

test("what storage does not take stays with the image; what it has lost is to be made again", async () => {
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "another");
  const refused = new Images();
  expect(await refused.keep(image)).toEqual(image);
  expect(await refused.whole({ kind: "IMAGE", stored: "next-images/none.png" } as never)).toBeUndefined();
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", s3.secretAccessKey);
  expect(
    await new Images().whole({ kind: "IMAGE", stored: "next-images/none.png" } as never),
  ).toBeUndefined();
});
