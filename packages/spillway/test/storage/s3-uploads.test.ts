// What becomes of uploads when they break off, or S3 does.

import { expect, test } from "vitest";
import { blockBytes } from "../../src/storage/blocks.ts";
import { codeOf, picture, png, watched } from "./bodies.ts";
import { recorderOf } from "./recorder.ts";
import { all, codes, s3Stage } from "./s3-stage.ts";

const on = s3Stage();
const folder = "pictures";

test("what breaks off is taken back, with its parts", async () => {
  await using recorder = await recorderOf(on.s3);
  const storage = on.open({ endpoint: recorder.url });
  const { body } = watched(picture(2 * blockBytes), "fail");
  await expect(storage.put(body, { folder })).rejects.toThrow("the sender hung up");
  const begun = recorder.asked.find((line) => line.endsWith("?uploads="));
  expect(begun).toMatch(/^POST \/files\/\.uploads\/[0-9a-f]{32}\?uploads=$/);
  expect(recorder.asked.filter((line) => /^DELETE .*uploadId=/.test(line))).toHaveLength(1);
  expect(recorder.asked.filter((line) => line.includes("/pictures/"))).toEqual([]);
});

test("a large body lies under no key that is given out before it is whole", async () => {
  await using recorder = await recorderOf(on.s3);
  const storage = on.open({ endpoint: recorder.url });
  await storage.check();
  const { key } = await storage.put(picture(blockBytes + 1, 3), { folder });
  const last = recorder.asked.findIndex((line) => line.includes(key));
  expect(recorder.asked.slice(last).map((line) => line.split(/[ ?]/)[0])).toEqual([
    "HEAD",
    "POST",
    "PUT",
    "DELETE",
  ]);
  expect(on.s3.keys()).toContain(key);
  expect(on.s3.keys().filter((one) => one.startsWith(".uploads"))).toEqual([]);
  await storage.delete(key);
});

test("an S3 that is killed half way is said, and nothing of the body is seen when it is back", async () => {
  const storage = on.open();
  const before = on.s3.keys();
  const body = picture(6 * blockBytes, 5);
  const half = (async function* halfWay() {
    yield body.subarray(0, 3 * blockBytes);
    await on.s3.kill();
    yield body.subarray(3 * blockBytes);
  })();
  expect(await codeOf(storage.put(half, { folder }))).toBe("SPILLWAY_STORAGE_UNREACHABLE");
  await on.s3.start();
  expect(on.s3.keys()).toEqual(before);
  const { key } = await storage.put(body, { folder });
  expect(await storage.head(key)).toMatchObject({ bytes: body.length });
  await storage.delete(key);
});

test("an S3 that hangs is said within a bound, and the source is closed", async () => {
  const storage = on.open({ timeout: 0.2 });
  await storage.check();
  on.s3.freeze();
  try {
    const began = performance.now();
    expect(await codes(storage)).toEqual(all("SPILLWAY_STORAGE_UNREACHABLE"));
    expect(performance.now() - began).toBeLessThan(3000);
    const { body, closed } = watched(png, "stall");
    const { signal } = new AbortController();
    const putting = storage.put(body, { folder, maxBytes: 10, signal });
    expect(await codeOf(putting)).toBe("SPILLWAY_STORAGE_TOO_LARGE");
    expect(closed).toHaveLength(1);
  } finally {
    on.s3.thaw();
  }
});

test("an S3 that hangs half way does not wait for a source that is silent", async () => {
  const storage = on.open({ timeout: 0.2 });
  await storage.check();
  const closed: unknown[] = [];
  let left = 2 * blockBytes + 5;
  const source = new ReadableStream<Uint8Array>({
    pull(controller) {
      if ((left -= 100_000) > 0) return controller.enqueue(picture(100_000));
      on.s3.freeze();
      return new Promise(() => undefined);
    },
    cancel: (reason) => void closed.push(reason),
  });
  const putting = codeOf(storage.put(source, { folder }));
  try {
    expect(await putting).toBe("SPILLWAY_STORAGE_UNREACHABLE");
  } finally {
    on.s3.thaw();
  }
  expect(closed).toEqual([expect.objectContaining({ code: "SPILLWAY_STORAGE_UNREACHABLE" })]);
});

test("an abort is heard while S3 hangs", async () => {
  const storage = on.open();
  await storage.check();
  on.s3.freeze();
  try {
    const signal = AbortSignal.timeout(50);
    const calls = [
      storage.put(png, { folder, signal }),
      storage.get("a/b.png", { signal }),
      storage.head("a/b.png", { signal }),
      storage.delete("a/b.png", { signal }),
    ];
    const began = performance.now();
    const failures = await Promise.allSettled(calls);
    for (const failure of failures) expect(failure).toEqual({ status: "rejected", reason: signal.reason });
    expect(performance.now() - began).toBeLessThan(2000);
  } finally {
    on.s3.thaw();
  }
});
