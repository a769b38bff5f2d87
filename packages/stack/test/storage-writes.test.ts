// Whoever reads from the storage tier sees whole objects, whatever becomes of those who write.

import { createHash } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type S3Client, sdk } from "./helpers/aws.ts";
import { beginPut } from "./helpers/broken-body.ts";
import { TestStorage, storageSecrets } from "./helpers/storage.ts";
import { until } from "./helpers/until.ts";

const Bucket = storageSecrets.bucket;
const mebibyte = 1024 * 1024;
let storage: TestStorage;
let client: S3Client;

beforeAll(async () => {
  storage = await TestStorage.start();
  client = storage.client();
});
afterAll(async () => {
  client?.destroy();
  await storage?.stop();
});

const put = (Key: string, Body: string | Buffer, ContentType = "text/plain"): Promise<unknown> =>
  client.send(new sdk.PutObjectCommand({ Bucket, Key, Body, ContentType }));

async function read(Key: string): Promise<string> {
  const { Body } = await client.send(new sdk.GetObjectCommand({ Bucket, Key }));
  return Body!.transformToString();
}

/** The files that lie in the bucket, by their paths in it. */
function files(): string[] {
  const entries = readdirSync(join(storage.folder, Bucket), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}

async function begin(Key: string): Promise<string> {
  const { UploadId } = await client.send(new sdk.CreateMultipartUploadCommand({ Bucket, Key }));
  return UploadId!;
}

interface PartOf {
  Key: string;
  UploadId: string;
  PartNumber: number;
}

async function sendPart(part: PartOf, Body: string | Buffer): Promise<object> {
  const { ETag } = await client.send(new sdk.UploadPartCommand({ Bucket, ...part, Body }));
  return { PartNumber: part.PartNumber, ETag };
}

function complete(Key: string, UploadId: string, Parts: object[]): Promise<unknown> {
  const input = { Bucket, Key, UploadId, MultipartUpload: { Parts } };
  return client.send(new sdk.CompleteMultipartUploadCommand(input));
}

const plain = { "content-length": String(8 * mebibyte) };
const chunked = {
  "content-length": String(9 * mebibyte),
  "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
  "x-amz-decoded-content-length": String(8 * mebibyte),
};
const chunkHead = Buffer.from(`${(8 * mebibyte).toString(16)};chunk-signature=0\r\n`);
const half = Buffer.alloc(4 * mebibyte, "n");

/** Resolves when most of the half that was sent lies in a file that was not there. */
function arrived(before: string[]): Promise<unknown> {
  const isNew = (path: string): boolean =>
    !before.includes(path) || path.endsWith("/broken.bin._S3rver_object");
  const isThere = (): boolean =>
    files().some((path) => isNew(path) && statSync(path).size >= half.length - mebibyte);
  return until(isThere, { what: "half of the body to arrive", timeoutMs: 10_000 });
}

function settled(before: string[]): Promise<unknown> {
  const isAsBefore = (): boolean => files().toSorted().join() === before.toSorted().join();
  return until(isAsBefore, { what: "the folder to be as before", timeoutMs: 5_000 });
}

describe.each([
  ["of a known length", plain, half],
  ["in signed chunks", chunked, Buffer.concat([chunkHead, half])],
])("a body %s that breaks off", (_name, headers, sent) => {
  test("leaves the object that was there, and no file", async () => {
    await put("broken.bin", "as it was");
    const before = files();
    const asked = beginPut({ port: storage.port, path: "/app/broken.bin", headers, sent });
    await arrived(before);
    expect(await read("broken.bin")).toBe("as it was");
    asked.destroy();
    await settled(before);
    expect(await read("broken.bin")).toBe("as it was");
  });

  test("makes no object where there was none", async () => {
    const before = files();
    const asked = beginPut({ port: storage.port, path: "/app/new/broken.bin", headers, sent });
    await arrived(before);
    await expect(read("new/broken.bin")).rejects.toThrow(sdk.NoSuchKey);
    asked.destroy();
    await settled(before);
    await expect(read("new/broken.bin")).rejects.toThrow(sdk.NoSuchKey);
  });

  test("makes no part of an upload", async () => {
    const Key = "parts/broken.bin";
    const UploadId = await begin(Key);
    const before = files();
    const path = `/app/${Key}?partNumber=1&uploadId=${UploadId}`;
    const asked = beginPut({ port: storage.port, path, headers, sent });
    await arrived(before);
    asked.destroy();
    await settled(before);
    const torn = createHash("md5").update(half).digest("hex");
    await expect(complete(Key, UploadId, [{ PartNumber: 1, ETag: torn }])).rejects.toMatchObject({
      name: "InvalidPart",
    });
  });
});

test("a body that ends before the length it announced leaves the object that was there", async () => {
  await put("broken.bin", "as it was");
  const before = files();
  const path = "/app/broken.bin";
  const asked = beginPut({ port: storage.port, path, headers: plain, sent: half });
  await arrived(before);
  // The connection's sending half alone: the server could still answer.
  asked.socket!.end();
  await settled(before);
  expect(await read("broken.bin")).toBe("as it was");
});

test("chunks that make less than was announced are refused", async () => {
  await put("broken.bin", "as it was");
  const before = files();
  const sent = Buffer.from("4;chunk-signature=0\r\nfour\r\n0;chunk-signature=0\r\n\r\n");
  const headers = { ...chunked, "content-length": String(sent.length), "x-amz-decoded-content-length": "5" };
  const asked = beginPut({ port: storage.port, path: "/app/broken.bin", headers, sent });
  const status = new Promise((resolve) =>
    asked.once("response", (found) => resolve(found.resume().statusCode)),
  );
  asked.end();
  expect(await status).toBe(400);
  await settled(before);
  expect(await read("broken.bin")).toBe("as it was");
});

test("chunks that make what was announced are stored", async () => {
  const sent = Buffer.from("4;chunk-signature=0\r\nfour\r\n0;chunk-signature=0\r\n\r\n");
  const headers = { ...chunked, "content-length": String(sent.length), "x-amz-decoded-content-length": "4" };
  const asked = beginPut({ port: storage.port, path: "/app/chunks.txt", headers, sent });
  const status = new Promise((resolve) =>
    asked.once("response", (found) => resolve(found.resume().statusCode)),
  );
  asked.end();
  expect(await status).toBe(200);
  expect(await read("chunks.txt")).toBe("four");
});

test("what a killed server had half written is gone when it serves again", async () => {
  await put("broken.bin", "as it was");
  const before = files();
  beginPut({ port: storage.port, path: "/app/broken.bin", headers: plain, sent: half });
  await arrived(before);
  await storage.crash();
  expect(files().toSorted()).toEqual(before.toSorted());
  expect(await read("broken.bin")).toBe("as it was");
});

describe("an object that is replaced again and again is read whole, with its own tag and type", () => {
  const large = Buffer.alloc(6 * mebibyte, "l");
  const small = Buffer.alloc(mebibyte, "s");
  const sources: [Buffer, string][] = [
    [large, "text/large"],
    [small, "text/small"],
  ];
  const uploads = async (index: number): Promise<void> => {
    const [body, ContentType] = sources[index % 2]!;
    const input = { Bucket, Key: "race", ContentType };
    const { UploadId } = await client.send(new sdk.CreateMultipartUploadCommand(input));
    const part = { Key: "race", UploadId: UploadId!, PartNumber: 1 };
    await complete("race", UploadId!, [await sendPart(part, body)]);
  };
  test.each<[string, (index: number) => Promise<unknown>]>([
    ["put", (index) => put("race", ...sources[index % 2]!)],
    [
      "copied",
      (index) =>
        client.send(
          new sdk.CopyObjectCommand({ Bucket, Key: "race", CopySource: `app/source-${index % 2}` }),
        ),
    ],
    ["sent in parts", uploads],
  ])("%s", async (_name, write) => {
    for (const [index, [body, type]] of sources.entries()) await put(`source-${index}`, body, type);
    await write(0);
    const seen = new Set<string>();
    const written = new AbortController();
    const reading = (async (): Promise<void> => {
      while (!written.signal.aborted) seen.add(await portrait("race"));
    })();
    for (let index = 1; index < 16; index++) await write(index);
    written.abort();
    await reading;
    expect(seen).toEqual(new Set([portraitOf(large), portraitOf(small)]));
  });
});

function portraitOf(body: Buffer): string {
  const isLarge = body[0] === "l".charCodeAt(0);
  return `${digest(body)} "${digest(body)}" ${isLarge ? "text/large" : "text/small"}`;
}

async function portrait(Key: string): Promise<string> {
  const { Body, ETag, ContentType } = await client.send(new sdk.GetObjectCommand({ Bucket, Key }));
  return `${digest(await Body!.transformToByteArray())} ${ETag} ${ContentType}`;
}

function digest(bytes: Uint8Array): string {
  return createHash("md5").update(bytes).digest("hex");
}
