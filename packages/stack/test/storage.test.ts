// What an app may rely on from the storage tier, asked with the current AWS SDK, and what strangers may not.

import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type S3Client, sdk } from "./helpers/aws.ts";
import { TestStorage, storageSecrets } from "./helpers/storage.ts";

const Bucket = storageSecrets.bucket;
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

const put = (Key: string, Body: string | Buffer): Promise<unknown> =>
  client.send(new sdk.PutObjectCommand({ Bucket, Key, Body, ContentType: "text/plain" }));

async function read(Key: string, Range?: string): Promise<string> {
  const input = { Bucket, Key, ...(Range === undefined ? {} : { Range }) };
  const { Body } = await client.send(new sdk.GetObjectCommand(input));
  return Body!.transformToString();
}

/** The status of a request that is sent as it stands: `fetch` would resolve the dots of a path. */
function statusOf(
  path: string,
  { method = "GET", headers = {}, body = "" }: { method?: string; headers?: object; body?: string } = {},
): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port: storage.port, path, method, headers: { ...headers } });
    asked.once("error", reject);
    asked.once("response", (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asked.end(body);
  });
}

describe("an app with the stack's keys", () => {
  test("reads what it wrote, whole and in part, under keys of any form", async () => {
    for (const key of ["plain.txt", "in a/folder/größe+1 (ü).txt"]) {
      await put(key, "over and back");
      expect(await read(key)).toBe("over and back");
      expect(await read(key, "bytes=5-7")).toBe("and");
      expect(await read(key, "bytes=-4")).toBe("back");
      expect(await read(key, "bytes=0-0")).toBe("o");
      expect(await read(key, "bytes=9-")).toBe("back");
      await expect(read(key, "bytes=99-")).rejects.toMatchObject({ $metadata: { httpStatusCode: 416 } });
    }
  });

  test("learns size, type and tag of an object, and that one is not there", async () => {
    await put("head.txt", "12345");
    const head = await client.send(new sdk.HeadObjectCommand({ Bucket, Key: "head.txt" }));
    expect(head).toMatchObject({ ContentLength: 5, ContentType: "text/plain" });
    // The MD5 of the body, as of S3 for an object sent in one part.
    expect(head.ETag).toBe('"827ccb0eea8a706c4c34a16891f84e7b"');
    const absent = client.send(new sdk.HeadObjectCommand({ Bucket, Key: "absent.txt" }));
    await expect(absent).rejects.toMatchObject({ $metadata: { httpStatusCode: 404 } });
    await expect(read("absent.txt")).rejects.toThrow(sdk.NoSuchKey);
  });

  test("is told that nothing changed when it has the tag already", async () => {
    await put("tagged.txt", "12345");
    const again = client.send(
      new sdk.GetObjectCommand({
        Bucket,
        Key: "tagged.txt",
        IfNoneMatch: '"827ccb0eea8a706c4c34a16891f84e7b"',
      }),
    );
    await expect(again).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
  });

  test("deletes one object and many", async () => {
    for (const key of ["gone/1", "gone/2", "gone/3", "gone/4"]) await put(key, key);
    await client.send(new sdk.DeleteObjectCommand({ Bucket, Key: "gone/1" }));
    const Objects = [{ Key: "gone/2" }, { Key: "gone/3" }];
    await client.send(new sdk.DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    const left = await client.send(new sdk.ListObjectsV2Command({ Bucket, Prefix: "gone/" }));
    expect(left.Contents!.map(({ Key }) => Key)).toEqual(["gone/4"]);
  });

  test("lists page by page, each object once", async () => {
    const keys = Array.from({ length: 7 }, (_, index) => `pages/${index}`);
    for (const key of keys) await put(key, key);
    const pages: (string | undefined)[][] = [];
    const paginator = sdk.paginateListObjectsV2({ client, pageSize: 3 }, { Bucket, Prefix: "pages/" });
    for await (const page of paginator) pages.push(page.Contents!.map(({ Key }) => Key));
    expect(pages.map(({ length }) => length)).toEqual([3, 3, 1]);
    expect(pages.flat()).toEqual(keys);
  });

  test("sends a large object in parts", async () => {
    const parts = [Buffer.alloc(5 * 1024 * 1024, "a"), Buffer.alloc(1024, "b")];
    const Key = "large.bin";
    const { UploadId } = await client.send(new sdk.CreateMultipartUploadCommand({ Bucket, Key }));
    const Parts: { PartNumber: number; ETag?: string }[] = [];
    for (const [index, Body] of parts.entries()) {
      const PartNumber = index + 1;
      const sent = await client.send(new sdk.UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
      Parts.push({ PartNumber, ETag: sent.ETag! });
    }
    await client.send(
      new sdk.CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }),
    );
    const { Body } = await client.send(new sdk.GetObjectCommand({ Bucket, Key }));
    const found = Buffer.from(await Body!.transformToByteArray());
    expect(found.equals(Buffer.concat(parts))).toBe(true);
  });
});

describe("other keys are refused", () => {
  test.each([
    ["s3rver's own", { accessKeyId: "S3RVER", secretAccessKey: "S3RVER" }, "InvalidAccessKeyId"],
    ["unknown ones", { accessKeyId: "SOMEBODY", secretAccessKey: "else" }, "InvalidAccessKeyId"],
    ["a wrong secret", { ...storageSecrets, secretAccessKey: "a-guess" }, "SignatureDoesNotMatch"],
  ])("%s", async (_name, keys, code) => {
    const stranger = storage.client(keys);
    const Key = "guarded.txt";
    await put(Key, "as it was");
    const writing = stranger.send(new sdk.PutObjectCommand({ Bucket, Key, Body: "changed" }));
    await expect(writing).rejects.toMatchObject({ name: code, $metadata: { httpStatusCode: 403 } });
    const reading = stranger.send(new sdk.GetObjectCommand({ Bucket, Key }));
    await expect(reading).rejects.toMatchObject({ name: code });
    expect(await read(Key)).toBe("as it was");
    stranger.destroy();
  });
});

describe("without keys", () => {
  const byEdge = { "x-spillway-origin": storageSecrets.origin };

  test("nothing is read, written, deleted or listed", async () => {
    await put("private.txt", "private");
    const answers = [
      await statusOf("/app/private.txt"),
      await statusOf("/app/private.txt", { method: "HEAD" }),
      await statusOf("/app/private.txt", { method: "PUT", body: "changed" }),
      await statusOf("/app/private.txt", { method: "DELETE" }),
      await statusOf("/app?list-type=2"),
      await statusOf("/"),
      await statusOf("/new-bucket", { method: "PUT" }),
      await statusOf("/app?delete", { method: "POST", body: "<Delete/>" }),
    ];
    expect(new Set(answers)).toEqual(new Set([403]));
    expect(await read("private.txt")).toBe("private");
  });

  test.each([
    ["1", "?X-Amz-Signature=0"],
    ["2", "?x-amz-algorithm=AWS4-HMAC-SHA256"],
    ["3", "?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=0"],
    ["4", "?Signature=0"],
    ["5", "#?X-Amz-Algorithm=AWS4-HMAC-SHA256"],
    ["6", "?a#?Signature=0"],
  ])("what only looks signed writes nothing (%s): %s", async (key, rest) => {
    const status = await statusOf(`/app/forged-${key}${rest}`, { method: "PUT", body: "forged" });
    expect([400, 403]).toContain(status);
    await expect(read(`forged-${key}`)).rejects.toThrow(sdk.NoSuchKey);
  });

  test.each([
    ["7", "nonsense"],
    ["8", "Bearer x"],
    ["9", "AWS SPWTEST:0"],
    ["10", "AWS4-HMAC-SHA256 Credential=SPWTEST"],
  ])("a made-up Authorization writes nothing (%s): %s", async (key, authorization) => {
    const headers = { authorization };
    const status = await statusOf(`/app/forged-${key}`, { method: "PUT", body: "forged", headers });
    expect([400, 403]).toContain(status);
    await expect(read(`forged-${key}`)).rejects.toThrow(sdk.NoSuchKey);
  });

  test("an edge reads with the origin's secret, and with no other", async () => {
    await put("picture.webp", "picture");
    expect(await statusOf("/app/picture.webp", { headers: byEdge })).toBe(200);
    expect(await statusOf("/app/picture.webp", { headers: { "x-spillway-origin": "a guess" } })).toBe(403);
    expect(await statusOf("/app/picture.webp", { headers: byEdge, method: "PUT", body: "x" })).toBe(403);
    expect(await statusOf("/app/picture.webp", { headers: byEdge, method: "DELETE" })).toBe(403);
  });

  test("an edge reads the bucket of its path, whatever host or dots a visitor sends", async () => {
    await client.send(new sdk.CreateBucketCommand({ Bucket: "backups" }));
    for (const Key of ["dump.sql", "app/dump.sql"])
      await client.send(new sdk.PutObjectCommand({ Bucket: "backups", Key, Body: "private" }));
    await put("dump.sql", "public");
    expect(await statusOf("/app/../backups/dump.sql", { headers: byEdge })).toBe(400);
    expect(await statusOf("/app/%2e%2e%2fbackups%2fdump.sql", { headers: byEdge })).toBe(400);
    for (const host of ["backups", "backups.s3.amazonaws.com", "shop.example.org"]) {
      const found = await fetchBody("/app/dump.sql", { ...byEdge, host });
      expect(found, host).toBe("public");
    }
  });
});

function fetchBody(path: string, headers: Record<string, string>): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port: storage.port, path, headers }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => (body += text));
      response.once("end", () => resolve(body));
    });
    asked.once("error", reject).end();
  });
}
