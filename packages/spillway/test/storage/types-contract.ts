// What a body is taken for, and what is refused.

import { describe, expect, test } from "vitest";
import { blockBytes } from "../../src/storage/blocks.ts";
import { codeOf, png } from "./bodies.ts";
import type { Stage } from "./stage.ts";

export function typesContract(on: Stage): void {
  describe("types", () => {
    const folder = "files";
    const svg = `<?xml version="1.0"?><!-- a --><svg xmlns="http://www.w3.org/2000/svg"><script>x</script></svg>`;

    test("a type is that of the bytes, whatever the body calls itself", async () => {
      const liar = new Blob([png], { type: "text/html" });
      expect((await on.storage.put(liar, { folder })).contentType).toBe("image/png");
      const script = new File(["<script>alert(1)</script>"], "a.png", { type: "image/png" });
      expect(await codeOf(on.storage.put(script, { folder, types: ["image/*"] }))).toBe(
        "SPILLWAY_STORAGE_TYPE",
      );
    });

    test.each([svg, "<!doctype html><script>x</script>", "<html>", `{"a":1}`, "a,b\n1,2"])(
      "%s is text, unless its own type is listed by name",
      async (body) => {
        const { contentType, key } = await on.storage.put(body, { folder, types: ["image/*", "text/*"] });
        expect(contentType).toBe("text/plain; charset=utf-8");
        expect(key.endsWith(".txt")).toBe(true);
      },
    );

    test("SVG and HTML that are listed are kept as such, and downloaded", async () => {
      const types = ["image/svg+xml", "text/html"];
      for (const [body, type] of [
        [svg, "image/svg+xml; charset=utf-8"],
        ["<!DOCTYPE html><p>", "text/html; charset=utf-8"],
      ] as const) {
        const { key, contentType } = await on.storage.put(body, { folder, types });
        expect(contentType).toBe(type);
        const { headers } = await on.storage.respond(new Request("http://app/"), key);
        expect(headers.get("content-disposition")).toBe("attachment");
        expect(headers.get("content-security-policy")).toMatch(/^sandbox;/);
      }
    });

    test.each([
      ["bytes without a signature", Buffer.from([1, 2, 3, 0xff]), ["image/*", "text/plain"]],
      ["a NUL in a text", "a\0b", ["text/plain"]],
      ["text where none is listed", "text", ["image/*"]],
      ["a picture where none is listed", png, ["text/plain"]],
    ])("%s is refused", async (_name, body, types) => {
      expect(await codeOf(on.storage.put(body, { folder, types }))).toBe("SPILLWAY_STORAGE_TYPE");
      expect(on.ground.keys()).toEqual([]);
    });

    test.each([20_000, 2 * blockBytes])("a text of which byte %i is none is refused", async (at) => {
      const body = Buffer.alloc(at + 5, "a");
      body[at] = 0xff;
      expect(await codeOf(on.storage.put(body, { folder }))).toBe("SPILLWAY_STORAGE_TYPE");
      body.fill("a");
      body.set(Buffer.from("€").subarray(0, 2), body.length - 2);
      expect(await codeOf(on.storage.put(body, { folder }))).toBe("SPILLWAY_STORAGE_TYPE");
      expect(on.ground.keys()).toEqual([]);
    });

    test("what is of no known type is taken where that is listed", async () => {
      const body = Buffer.from([1, 2, 3, 0xff]);
      const { contentType } = await on.storage.put(body, { folder, types: ["application/octet-stream"] });
      expect(contentType).toBe("application/octet-stream");
    });
  });
}
