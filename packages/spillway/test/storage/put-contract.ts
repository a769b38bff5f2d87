// What holds of storing a body, wherever its bytes lie.

import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { blockBytes } from "../../src/storage/blocks.ts";
import { bytesOf, codeOf, picture, png, sha256, watched } from "./bodies.ts";
import type { Stage } from "./stage.ts";

export function putContract(on: Stage): void {
  describe("put", () => {
    const folder = "pictures";

    test("the key is the digest of the bytes, and gives them back", async () => {
      const stored = await on.storage.put(png, { folder });
      const key = `pictures/${sha256(png)}.png`;
      expect(stored).toMatchObject({ key, bytes: png.length, contentType: "image/png", existed: false });
      expect(stored.digest).toBe(sha256(png));
      const found = await on.read(key);
      expect(found).toMatchObject({ bytes: png.length, contentType: "image/png", etag: stored.etag });
      expect(await bytesOf(found.body)).toEqual(png);
    });

    test("every kind of body is stored as the same bytes", async () => {
      const text = "grüße\n".repeat(1000);
      const bytes = Buffer.from(text);
      const halves = [bytes.subarray(0, 3001), bytes.subarray(3001)];
      const kinds = [
        text,
        bytes,
        new Uint8Array(bytes).buffer,
        new Blob([bytes], { type: "image/png" }),
        watched(bytes, "close").body,
        Readable.from(halves),
        (async function* letters() {
          yield text.slice(0, 7);
          yield bytes.subarray(Buffer.byteLength(text.slice(0, 7)));
        })(),
      ];
      for (const kind of kinds)
        expect((await on.storage.put(kind, { folder })).key).toBe(`pictures/${sha256(bytes)}.txt`);
      expect(on.ground.keys()).toHaveLength(1);
    });

    test("the same bytes are stored once", async () => {
      for (const body of [png, picture(2 * blockBytes)]) {
        const first = await on.storage.put(body, { folder });
        const again = await on.storage.put(body, { folder });
        expect(again).toEqual({ ...first, existed: true });
      }
      expect(on.ground.keys()).toHaveLength(2);
    });

    test.each([-1, 0, 1, blockBytes + 17])(
      "a body of one block and %i bytes comes back whole",
      async (more) => {
        const body = picture(blockBytes + more, 7);
        const { key, bytes } = await on.storage.put(watched(body, "close").body, { folder });
        expect(bytes).toBe(body.length);
        expect(sha256(await bytesOf((await on.read(key)).body))).toBe(sha256(body));
        expect(on.ground.keys()).toEqual([key]);
      },
    );

    test("an empty body is text", async () => {
      const { key, bytes, contentType } = await on.storage.put("", { folder });
      expect([bytes, contentType]).toEqual([0, "text/plain; charset=utf-8"]);
      expect(await bytesOf((await on.read(key)).body)).toHaveLength(0);
    });

    test.each<[string, string, number]>([
      ["small", "fail", 1000],
      ["large", "fail", 2 * blockBytes + 1000],
    ])("of a %s body that breaks off nothing is there", async (_size, _end, length) => {
      const { body } = watched(picture(length), "fail");
      await expect(on.storage.put(body, { folder })).rejects.toThrow("the sender hung up");
      expect(on.ground.keys()).toEqual([]);
    });

    test.each([1000, 2 * blockBytes + 1000])(
      "an abort ends the wait for a silent body of %i bytes, closes it, and leaves nothing",
      async (length) => {
        const { body, closed } = watched(picture(length), "stall");
        const stop = new AbortController();
        const reason = new Error("enough");
        const putting = on.storage.put(body, { folder, signal: stop.signal });
        setImmediate(() => stop.abort(reason));
        await expect(putting).rejects.toBe(reason);
        expect(closed).toEqual([reason]);
        expect(on.ground.keys()).toEqual([]);
      },
    );

    test("what was aborted before is not begun", async () => {
      const reason = new Error("never");
      const signal = AbortSignal.abort(reason);
      const { body, closed } = watched(png, "close");
      await expect(on.storage.put(body, { folder, signal })).rejects.toBe(reason);
      expect(closed).toEqual([reason]);
    });

    test.each([1000, blockBytes, 2 * blockBytes + 1000])(
      "a body over %i bytes is refused and closed, and leaves nothing",
      async (maxBytes) => {
        const exact = await on.storage.put(picture(maxBytes), { folder, maxBytes });
        expect(exact.bytes).toBe(maxBytes);
        await on.storage.delete(exact.key);
        const { body, closed } = watched(picture(maxBytes + 1_000_000), "stall");
        expect(await codeOf(on.storage.put(body, { folder, maxBytes }))).toBe("SPILLWAY_STORAGE_TOO_LARGE");
        expect(closed).toHaveLength(1);
        expect(on.ground.keys()).toEqual([]);
      },
    );

    test("a stream of Node is destroyed when its bytes are refused", async () => {
      const body = Readable.from([png, png]);
      expect(await codeOf(on.storage.put(body, { folder, types: ["video/*"] }))).toBe(
        "SPILLWAY_STORAGE_TYPE",
      );
      expect(body.destroyed).toBe(true);
    });

    test("what is no body is refused", async () => {
      const wrong = [42, null, undefined, {}, [1]] as unknown as string[];
      for (const body of wrong)
        expect(await codeOf(on.storage.put(body, { folder }))).toBe("SPILLWAY_STORAGE_BODY");
      const numbers = Readable.from([1, 2]);
      expect(await codeOf(on.storage.put(numbers, { folder }))).toBe("SPILLWAY_STORAGE_BODY");
    });
  });
}
