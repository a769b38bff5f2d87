// What only S3 does: uploads of browsers, copies by the server, and headers that a CDN in front of the bucket sends.

import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createHmac } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type S3Server, startS3 } from "../../../../testing/s3-server.ts";
import { originHeader } from "../../../stack/src/components/storage-server/contract.ts";
import { blockBytes } from "../../src/storage/blocks.ts";
import { headersOf } from "../../src/storage/http/headers.ts";
import { createStorage, type Storage } from "../../src/storage/index.ts";
import { S3Calls } from "../../src/storage/s3/calls.ts";
import { copyObject } from "../../src/storage/s3/copy.ts";
import { bytesOf, codeOf, picture, png, sha256 } from "./bodies.ts";

let s3: S3Server;
let storage: Storage;
let client: S3Client;
beforeAll(async () => void (s3 = await startS3()));
beforeEach(async () => {
  for (const [name, value] of Object.entries(s3.environment)) vi.stubEnv(name, value);
  await storage?.close();
  storage = createStorage();
  client ??= new S3Client({ endpoint: s3.url, region: "us-east-1", forcePathStyle: true });
});
afterAll(async () => {
  client?.destroy();
  await storage?.close();
  await s3?.remove();
});

const types = ["image/*"];
const order = { folder: "avatars", types, maxBytes: 1000 };

/** Past the limits of the form, which S3 keeps: `accept` must not rely on them. */
async function upload(uploadId: string, body: Uint8Array): Promise<void> {
  const Key = `.uploads/${uploadId}`;
  await client.send(new PutObjectCommand({ Bucket: s3.bucket, Key, Body: body }));
}

describe("an upload of a browser", () => {
  test("may go to one key, up to a length, for a time, and with headers that make it inert", async () => {
    const { uploadId, url, fields } = await storage.presign({ ...order, expiresIn: 60 });
    expect(url).toBe(`${s3.url}/${s3.bucket}`);
    const policy = JSON.parse(Buffer.from(fields["Policy"]!, "base64").toString()) as {
      expiration: string;
      conditions: unknown[];
    };
    expect(Date.parse(policy.expiration) - Date.now()).toBeGreaterThan(50_000);
    expect(Date.parse(policy.expiration) - Date.now()).toBeLessThanOrEqual(60_000);
    expect(policy.conditions).toEqual(
      expect.arrayContaining([
        ["content-length-range", 0, 1000],
        { key: `.uploads/${uploadId}` },
        { bucket: s3.bucket },
        { "Content-Type": "application/octet-stream" },
        { "Content-Disposition": "attachment" },
        { "Cache-Control": "no-store" },
      ]),
    );
    const date = fields["X-Amz-Credential"]!.split("/")[1]!;
    const sign = (key: string | Buffer, text: string): Buffer =>
      createHmac("sha256", key).update(text).digest();
    const day = sign(`AWS4${s3.secretAccessKey}`, date);
    const signing = sign(sign(sign(day, "us-east-1"), "s3"), "aws4_request");
    expect(fields["X-Amz-Signature"]).toBe(sign(signing, fields["Policy"]!).toString("hex"));
  });

  test("is accepted as put would have stored it, once", async () => {
    const { uploadId } = await storage.presign(order);
    await upload(uploadId, png);
    const stored = await storage.accept(uploadId, order);
    expect(stored).toMatchObject({ key: `avatars/${sha256(png)}.png`, contentType: "image/png" });
    expect(await storage.put(png, order)).toEqual({ ...stored, existed: true });
    expect(s3.keys()).toEqual([stored.key]);
    expect(await codeOf(storage.accept(uploadId, order))).toBe("SPILLWAY_STORAGE_UPLOAD");
    await storage.delete(stored.key);
  });

  test.each([
    ["of another type", Buffer.from("<script>"), "SPILLWAY_STORAGE_TYPE"],
    ["that is too large", picture(1001), "SPILLWAY_STORAGE_TOO_LARGE"],
  ])("%s is refused and removed", async (_name, body, code) => {
    const { uploadId } = await storage.presign(order);
    await upload(uploadId, body);
    expect(await codeOf(storage.accept(uploadId, order))).toBe(code);
    expect(s3.keys()).toEqual([]);
  });

  test.each(["", "../a", "x".repeat(32), "0".repeat(32)])("%j is no upload", async (uploadId) => {
    expect(await codeOf(storage.accept(uploadId, order))).toBe("SPILLWAY_STORAGE_UPLOAD");
  });
});

test("a CDN that reads the bucket itself sends what keeps an object from harm", async () => {
  for (const body of [picture(500), picture(blockBytes + 1)])
    for (const [stored, disposition] of [
      [await storage.put(body, { folder: "a" }), "inline"],
      [
        await storage.put(Buffer.alloc(body.length, "a"), { folder: "a", types: ["text/plain"] }),
        "attachment",
      ],
    ] as const) {
      const headers = { [originHeader]: s3.originSecret };
      const answer = await fetch(`${s3.url}/${s3.bucket}/${stored.key}`, { headers });
      await answer.body?.cancel();
      expect(answer.headers.get("content-disposition")).toBe(disposition);
      expect(answer.headers.get("content-type")).toBe(stored.contentType);
      expect(answer.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
      await storage.delete(stored.key);
    }
});

test("what is too large for one copy is copied in parts", async () => {
  const body = picture(3 * blockBytes + 5);
  const { key } = await storage.put(body, { folder: "a" });
  const place = { bucket: s3.bucket, region: "us-east-1", endpoint: s3.url, client: undefined };
  const calls = new S3Calls({ ...place, timeoutMs: 5000 });
  const headers = headersOf({ type: "image/png", extension: "png", isText: false });
  const to = { key: "b/copy.png", headers };
  await copyObject(calls, { from: key, to, bytes: body.length, signal: undefined }, blockBytes);
  await calls.close();
  const copy = await storage.get("b/copy.png");
  if (copy === undefined || copy === "unchanged") throw new Error("nothing there");
  expect(copy.contentType).toBe("image/png");
  expect(sha256(await bytesOf(copy.body))).toBe(sha256(body));
  await storage.delete(key);
  await storage.delete("b/copy.png");
});

test("keys with characters of all kinds are found again", async () => {
  for (const folder of ["ü/日本", "a b+c", "100%", "a'(b)*!~", "q?x=1&y#z"]) {
    const small = await storage.put(png, { folder });
    const large = await storage.put(picture(blockBytes + 1), { folder });
    for (const { key, bytes } of [small, large]) {
      expect(await storage.head(key)).toMatchObject({ bytes });
      await storage.delete(key);
    }
  }
  expect(s3.keys()).toEqual([]);
});

test("an upload of 128 MiB takes less than 64 MiB of memory", async () => {
  const program = new URL("upload-process.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, ["--no-warnings", "--expose-gc", program, String(128 * 2 ** 20)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let printed = "";
  child.stdout.on("data", (chunk) => (printed += String(chunk)));
  await once(child, "close");
  const { added, bytes } = JSON.parse(printed) as { added: number; bytes: number };
  expect(bytes).toBe(128 * 2 ** 20);
  expect(added).toBeLessThan(64 * 2 ** 20);
});
