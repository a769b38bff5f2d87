// What holds of the answers of every storage (RFC 9110).

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Storage, StoredObject } from "../../src/storage/index.ts";
import { codeOf, png } from "./bodies.ts";
import type { Ground } from "./stage.ts";

export function responseContract(where: string, prepare: () => Promise<Ground>): void {
  describe(`answers ${where}`, () => {
    let ground: Ground;
    let storage: Storage;
    let digits: StoredObject;
    let picture: StoredObject;
    beforeAll(async () => {
      ground = await prepare();
      storage = ground.open();
      digits = await storage.put("0123456789", { folder: "a", types: ["text/plain"] });
      picture = await storage.put(png, { folder: "a" });
    });
    afterAll(async () => {
      await storage?.close();
      await ground?.remove();
    });

    const ask = (headers: Record<string, string> = {}, method = "GET", key = digits.key): Promise<Response> =>
      storage.respond(new Request("http://app/", { method, headers }), key);

    test("an object is answered whole, for ever, and harmless", async () => {
      const response = await ask();
      expect(response.status).toBe(200);
      expect(await response.text()).toBe("0123456789");
      expect(Object.fromEntries(response.headers)).toMatchObject({
        "accept-ranges": "bytes",
        "cache-control": "public, max-age=31536000, immutable",
        "content-disposition": "attachment",
        "content-length": "10",
        "content-security-policy": expect.stringMatching(/^sandbox; default-src 'none'/),
        "content-type": "text/plain; charset=utf-8",
        etag: digits.etag,
        "x-content-type-options": "nosniff",
      });
      expect(response.headers.get("last-modified")).toMatch(/GMT$/);
    });

    test("a picture is shown, and sandboxed all the same", async () => {
      const { headers } = await ask({}, "GET", picture.key);
      expect(headers.get("content-disposition")).toBe("inline");
      expect(headers.get("content-security-policy")).toMatch(/^sandbox/);
    });

    test("HEAD is answered as GET, without a body", async () => {
      const [head, get] = [await ask({}, "HEAD"), await ask()];
      expect(await head.text()).toBe("");
      expect([...head.headers]).toEqual([...get.headers]);
      await get.body?.cancel();
    });

    test("what is not there is 404, and kept by nobody", async () => {
      for (const method of ["GET", "HEAD"]) {
        const response = await ask({}, method, "a/none.png");
        expect([response.status, response.headers.get("cache-control")]).toEqual([404, "no-store"]);
      }
    });

    test("another method is 405", async () => {
      const response = await ask({}, "DELETE");
      expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
    });

    test("a wrong key is an error of the app", async () => {
      expect(await codeOf(ask({}, "GET", "../a"))).toBe("SPILLWAY_STORAGE_KEY");
    });

    test.each([
      ["bytes=0-0", "0", "bytes 0-0/10"],
      ["bytes=2-4", "234", "bytes 2-4/10"],
      ["bytes=8-", "89", "bytes 8-9/10"],
      ["bytes=-2", "89", "bytes 8-9/10"],
      ["bytes=8-99", "89", "bytes 8-9/10"],
    ])("%s is a part", async (range, text, contentRange) => {
      const response = await ask({ range });
      expect(response.status).toBe(206);
      expect(response.headers.get("content-range")).toBe(contentRange);
      expect(response.headers.get("content-length")).toBe(String(text.length));
      expect(await response.text()).toBe(text);
    });

    test.each(["bytes=0-1,4-5", "bytes=5-2", "bytes=-", "lines=0-1", "bytes=a-b"])(
      "%s asks for the whole",
      async (range) => {
        const response = await ask({ range });
        expect([response.status, await response.text()]).toEqual([200, "0123456789"]);
      },
    );

    test.each(["bytes=10-", "bytes=50-60", "bytes=-0"])("%s cannot be satisfied", async (range) => {
      const response = await ask({ range });
      expect([response.status, response.headers.get("content-range")]).toEqual([416, "bytes */10"]);
    });

    test("who has it is told so, with what a cache needs", async () => {
      const { etag } = digits;
      const lists = [etag, `"x", ${etag}`, `W/${etag}`, "*"];
      for (const method of ["GET", "HEAD"])
        for (const list of lists) {
          const response = await ask({ "if-none-match": list, range: "bytes=0-1" }, method);
          expect(response.status).toBe(304);
          expect(response.headers.get("etag")).toBe(etag);
          expect(response.headers.get("cache-control")).toContain("immutable");
          expect(response.body).toBeNull();
        }
    });

    test("an ETag goes before a date", async () => {
      const later = new Date(Date.now() + 60_000).toUTCString();
      const response = await ask({ "if-none-match": '"other"', "if-modified-since": later });
      expect([response.status, await response.text()]).toEqual([200, "0123456789"]);
    });

    test("a date says whether it was changed since", async () => {
      const first = await ask();
      await first.body?.cancel();
      const date = first.headers.get("last-modified")!;
      expect((await ask({ "if-modified-since": date })).status).toBe(304);
      const earlier = new Date(Date.parse(date) - 1000).toUTCString();
      for (const since of [earlier, "yesterday"]) {
        const response = await ask({ "if-modified-since": since });
        expect([response.status, await response.text()]).toEqual([200, "0123456789"]);
      }
    });

    test("a range is of what the client has the rest of, or the whole is sent", async () => {
      const first = await ask();
      await first.body?.cancel();
      const date = first.headers.get("last-modified")!;
      for (const [had, status] of [
        [digits.etag, 206],
        [date, 206],
        [`W/${digits.etag}`, 200],
        ['"other"', 200],
        [new Date(0).toUTCString(), 200],
      ] as const) {
        const response = await ask({ range: "bytes=0-1", "if-range": had });
        expect(response.status, had).toBe(status);
        expect(await response.text()).toBe(status === 206 ? "01" : "0123456789");
      }
    });

    test("a name is that of the download, and can say nothing else", async () => {
      const request = new Request("http://app/", { method: "HEAD" });
      const name = 'Ü "a"/\r\nX-Evil: 1.txt';
      const { headers } = await storage.respond(request, digits.key, { name });
      expect(headers.get("content-disposition")).toBe(
        `attachment; filename="_ _a____X-Evil: 1.txt"; filename*=UTF-8''%C3%9C%20_a____X-Evil%3A%201.txt`,
      );
    });

    test("headers of the app are added, and replace none", async () => {
      const request = new Request("http://app/", { method: "HEAD" });
      const headers = { "Surrogate-Key": "a", "Content-Security-Policy": "none" };
      const response = await storage.respond(request, digits.key, { headers, cacheControl: "no-cache" });
      expect(response.headers.get("surrogate-key")).toBe("a");
      expect(response.headers.get("cache-control")).toBe("no-cache");
      expect(response.headers.get("content-security-policy")).toMatch(/^sandbox/);
    });
  });
}
