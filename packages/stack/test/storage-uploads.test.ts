// Uploads in parts to the storage tier: how they end, and what the end of one leaves.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type S3Client, sdk } from "./helpers/aws.ts";
import { beginPut } from "./helpers/broken-body.ts";
import { TestStorage, storageSecrets } from "./helpers/storage.ts";
import { until } from "./helpers/until.ts";

const Bucket = storageSecrets.bucket;
const Key = "folder/in parts.bin";
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

async function begin(): Promise<string> {
  const { UploadId } = await client.send(new sdk.CreateMultipartUploadCommand({ Bucket, Key }));
  return UploadId!;
}

async function sendPart(UploadId: string, Body: string, PartNumber = 1): Promise<object> {
  const input = { Bucket, Key, UploadId, PartNumber, Body };
  const { ETag } = await client.send(new sdk.UploadPartCommand(input));
  return { PartNumber, ETag };
}

const complete = (UploadId: string, Parts: object[]): Promise<unknown> =>
  client.send(new sdk.CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));

const abort = (UploadId: string, key = Key): Promise<{ $metadata?: { httpStatusCode: number } }> =>
  client.send(new sdk.AbortMultipartUploadCommand({ Bucket, Key: key, UploadId }));

async function read(): Promise<string> {
  const { Body } = await client.send(new sdk.GetObjectCommand({ Bucket, Key }));
  return Body!.transformToString();
}

/** What lies in the bucket of the given name. */
function lying(resource: "uploads" | "incoming"): string[] {
  return readdirSync(join(storage.folder, Bucket, `._S3rver_${resource}`), { recursive: true }) as string[];
}

const noSuchUpload = { name: "NoSuchUpload", $metadata: { httpStatusCode: 404 } };

test("an aborted upload is gone, its parts with it", async () => {
  const UploadId = await begin();
  const part = await sendPart(UploadId, "first");
  expect((await abort(UploadId)).$metadata?.httpStatusCode).toBe(204);
  expect(lying("uploads")).toEqual([]);
  await expect(abort(UploadId)).rejects.toMatchObject(noSuchUpload);
  await expect(sendPart(UploadId, "second", 2)).rejects.toMatchObject(noSuchUpload);
  await expect(complete(UploadId, [part])).rejects.toMatchObject(noSuchUpload);
  expect(lying("uploads")).toEqual([]);
});

test("an upload is aborted without its object, and beside others", async () => {
  await client.send(new sdk.PutObjectCommand({ Bucket, Key, Body: "as it was" }));
  const [one, other] = [await begin(), await begin()];
  await abort(one);
  expect(await read()).toBe("as it was");
  await complete(other, [await sendPart(other, "the other")]);
  expect(await read()).toBe("the other");
});

test("a completed upload is under way no more", async () => {
  const UploadId = await begin();
  await complete(UploadId, [await sendPart(UploadId, "whole")]);
  await expect(abort(UploadId)).rejects.toMatchObject(noSuchUpload);
  expect(await read()).toBe("whole");
  expect(lying("uploads")).toEqual([]);
});

test("an abort names its upload and key exactly", async () => {
  const UploadId = await begin();
  await sendPart(UploadId, "first");
  for (const id of ["0".repeat(32), "unknown", "..", ".", `../._S3rver_uploads/${UploadId}`, "../../app"])
    await expect(abort(id), id).rejects.toMatchObject(noSuchUpload);
  await expect(abort(UploadId, "folder/other.bin")).rejects.toMatchObject(noSuchUpload);
  expect(lying("uploads")).toContain(`${UploadId}/1`);
  await abort(UploadId);
});

test("an abort without a right signature ends nothing", async () => {
  const UploadId = await begin();
  for (const signature of ["", "&Signature=0&Expires=9999999999&AWSAccessKeyId=SPWTEST"]) {
    const url = `${storage.url}/${Bucket}/${Key}?uploadId=${UploadId}${signature}`;
    expect((await fetch(url, { method: "DELETE" })).status).toBe(403);
  }
  await complete(UploadId, [await sendPart(UploadId, "still there")]);
  expect(await read()).toBe("still there");
});

test("a part that comes in while its upload is aborted leaves nothing", async () => {
  const UploadId = await begin();
  const path = `/${Bucket}/part?partNumber=1&uploadId=${UploadId}`;
  const headers = { "content-length": "10" };
  const asked = beginPut({ port: storage.port, path, headers, sent: Buffer.from("first") });
  await until(() => lying("incoming").length > 0, { what: "the part to come in", timeoutMs: 5_000 });
  const status = new Promise((resolve) => asked.once("response", (found) => resolve(found.statusCode)));
  await abort(UploadId);
  asked.end("other");
  expect(await status).toBe(404);
  expect([...lying("incoming"), ...lying("uploads")]).toEqual([]);
});

test("an upload is not completed of parts that were not sent", async () => {
  const UploadId = await begin();
  const part = await sendPart(UploadId, "first");
  for (const wrong of [
    { PartNumber: 2, ETag: '"8b04d5e3775d298e78455efc5ca404d5"' },
    { PartNumber: 1, ETag: '"0"' },
  ])
    await expect(complete(UploadId, [part, wrong])).rejects.toMatchObject({ name: "InvalidPart" });
  await complete(UploadId, [part]);
  expect(await read()).toBe("first");
});

test.each(["0", "10001", "key", "-1"])("%s is no number of a part", async (number) => {
  const UploadId = await begin();
  const path = `/${Bucket}/part?partNumber=${encodeURIComponent(number)}&uploadId=${UploadId}`;
  const asked = beginPut({ port: storage.port, path, headers: {}, sent: Buffer.from("first") });
  const status = new Promise((resolve) => asked.once("response", (found) => resolve(found.statusCode)));
  asked.end();
  expect(await status).toBe(400);
  await abort(UploadId);
});
