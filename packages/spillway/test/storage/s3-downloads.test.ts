// What becomes of downloads when their reader or S3 stops.

import { expect, test } from "vitest";
import { blockBytes } from "../../src/storage/blocks.ts";
import { waitUntil } from "../wait.ts";
import { bytesOf, codeOf, picture } from "./bodies.ts";
import { recorderOf } from "./recorder.ts";
import { s3Stage } from "./s3-stage.ts";

const on = s3Stage();
const folder = "pictures";

test("who leaves a body closes its connection", async () => {
  await using recorder = await recorderOf(on.s3);
  const storage = on.open({ endpoint: recorder.url });
  const { key } = await storage.put(picture(4 * blockBytes, 9), { folder });
  const found = await storage.get(key);
  if (found === undefined || found === "unchanged") throw new Error("nothing there");
  const reader = found.body.getReader();
  await reader.read();
  expect(recorder.cut).toEqual([]);
  await reader.cancel();
  const asked = `GET /files/${key}?x-id=GetObject`;
  await waitUntil(() => recorder.cut.length > 0, "the answer to be cut");
  expect(recorder.cut).toEqual([asked]);
  await storage.delete(key);
});

test("of a body that nobody reads, little is fetched", async () => {
  const storage = on.open();
  const { key } = await storage.put(picture(4 * blockBytes, 10), { folder });
  const before = process.memoryUsage.rss();
  const bodies = await Promise.all(Array.from({ length: 20 }, () => storage.get(key)));
  expect(process.memoryUsage.rss() - before).toBeLessThan(100 * 2 ** 20);
  for (const found of bodies) if (found !== undefined && found !== "unchanged") await found.body.cancel();
  await storage.delete(key);
});

test("a slow reader gets the whole, however long it takes", async () => {
  const storage = on.open({ timeout: 0.1 });
  const body = picture(4 * blockBytes, 11);
  const { key } = await on.open().put(body, { folder });
  const found = await storage.get(key);
  if (found === undefined || found === "unchanged") throw new Error("nothing there");
  const reader = found.body.getReader();
  let read = (await reader.read()).value!.length;
  // Three times what S3 may take.
  await new Promise((resolve) => setTimeout(resolve, 300));
  for (let next = await reader.read(); !next.done; next = await reader.read()) read += next.value.length;
  expect(read).toBe(body.length);
  await storage.delete(key);
});

test("an S3 that hangs in the middle of a body ends it, within a bound", async () => {
  const storage = on.open({ timeout: 0.2 });
  const { key } = await on.open().put(picture(8 * blockBytes, 12), { folder, maxBytes: 2 ** 30 });
  const found = await storage.get(key);
  if (found === undefined || found === "unchanged") throw new Error("nothing there");
  on.s3.freeze();
  try {
    expect(await codeOf(bytesOf(found.body))).toBe("SPILLWAY_STORAGE_UNREACHABLE");
  } finally {
    on.s3.thaw();
  }
  await storage.delete(key);
});
