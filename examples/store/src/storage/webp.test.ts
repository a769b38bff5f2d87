import sharp from "sharp";
import { expect, test } from "vitest";
import { toWebp } from "./webp.ts";

const drawn = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: "#2c5a4c" } });

test.each([
  ["a square of 720 is cut from a larger one", 1600, 900, { width: 720, height: 720 }],
  ["a small one stays small", 300, 200, { width: 300, height: 200 }],
  ["a flat one is not stretched", 1600, 500, { width: 720, height: 500 }],
])("%s", async (_what, width, height, expected) => {
  const webp = await toWebp(await drawn(width, height).jpeg().toBuffer());
  expect(await sharp(webp).metadata()).toMatchObject({ format: "webp", ...expected });
});

test("a picture that lies on its side is turned, and says no more of where it was taken", async () => {
  const gps = { IFD3: { GPSLatitude: "53/1 16/1 0/1" } };
  const lying = await drawn(300, 200).withExif(gps).withMetadata({ orientation: 6 }).jpeg().toBuffer();
  expect((await sharp(lying).metadata()).exif).toBeDefined();
  const { width, height, exif, orientation } = await sharp(await toWebp(lying)).metadata();
  expect({ width, height, exif, orientation }).toEqual({ width: 200, height: 300 });
});

test("a picture that breaks off is none", async () => {
  const whole = await drawn(900, 900).png().toBuffer();
  expect(await toWebp(whole.subarray(0, whole.length / 2))).toBeUndefined();
  expect(await toWebp(whole.subarray(0, 20))).toBeUndefined();
});

test("a small file of too many pixels is not unpacked", async () => {
  expect(await toWebp(await drawn(8000, 8000).png().toBuffer())).toBeUndefined();
});
