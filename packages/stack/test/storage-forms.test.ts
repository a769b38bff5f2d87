// Uploads by browsers to the storage tier, with forms that the app has signed.

import { once } from "node:events";
import { readFileSync, statSync } from "node:fs";
import { type Socket, connect } from "node:net";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { createStorage, type Storage } from "../../spillway/src/storage/index.ts";
import { type S3Client, sdk } from "./helpers/aws.ts";
import { type SignedForm, formData, post, signForm } from "./helpers/storage-form.ts";
import { TestStorage, storageSecrets } from "./helpers/storage.ts";
import { until } from "./helpers/until.ts";

const Bucket = storageSecrets.bucket;
const mebibyte = 1024 * 1024;
const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

let server: TestStorage;
let client: S3Client;
let storage: Storage;

beforeAll(async () => {
  server = await TestStorage.start();
  client = server.client();
  storage = createStorage({ bucket: Bucket, client: client as never });
});
afterAll(async () => {
  client?.destroy();
  await server?.stop();
});

const sign = (options?: object): Promise<SignedForm> => signForm(client, options);

async function read(Key: string): Promise<string> {
  const { Body } = await client.send(new sdk.GetObjectCommand({ Bucket, Key }));
  return Body!.transformToString();
}

describe("an upload that the library's form permits", () => {
  const avatar = { folder: "avatars", types: ["image/*"], maxBytes: 2 * mebibyte };

  test("is accepted as what it is", async () => {
    const { uploadId, url, fields } = await storage.presign({ ...avatar, expiresIn: 60 });
    const picture = Buffer.alloc(mebibyte, 1);
    png.copy(picture);
    const answer = await post(url, formData(fields, picture));
    expect([answer.status, await answer.text()]).toEqual([204, ""]);
    const head = await client.send(new sdk.HeadObjectCommand({ Bucket, Key: `.uploads/${uploadId}` }));
    expect(head).toMatchObject({
      ContentType: "application/octet-stream",
      ContentDisposition: "attachment",
      CacheControl: "no-store",
      ETag: answer.headers.get("etag"),
    });
    const stored = await storage.accept(uploadId, avatar);
    expect(stored).toMatchObject({ contentType: "image/png", bytes: mebibyte });
    const found = await storage.get(stored.key);
    if (typeof found !== "object") throw new Error("It is not there.");
    expect(Buffer.from(await new Response(found.body).arrayBuffer()).equals(picture)).toBe(true);
    await expect(storage.accept(uploadId, avatar)).rejects.toMatchObject({ code: "SPILLWAY_STORAGE_UPLOAD" });
  });

  test("is refused as too large before the library sees it", async () => {
    const { uploadId, url, fields } = await storage.presign({ ...avatar, maxBytes: 99 });
    const before = server.files();
    const answer = await post(url, formData(fields, Buffer.alloc(100, 1)));
    expect([answer.status, await answer.text()]).toEqual([
      400,
      expect.stringContaining("<Code>EntityTooLarge</Code>"),
    ]);
    expect(server.files()).toEqual(before);
    await expect(storage.accept(uploadId, avatar)).rejects.toMatchObject({ code: "SPILLWAY_STORAGE_UPLOAD" });
    expect((await post(url, formData(fields, Buffer.alloc(99, 1)))).status).toBe(204);
  });
});

describe("a browser on another origin", () => {
  test("may read the answer, also a refusal", async () => {
    const { url, fields } = await sign();
    for (const data of [formData(fields), formData({})]) {
      const { headers } = await post(url, data);
      expect(headers.get("access-control-allow-origin")).toBe("*");
    }
  });

  test("may ask first, as it does to show progress", async () => {
    const ask = (path: string, method: string): Promise<Response> =>
      fetch(server.url + path, { method: "OPTIONS", headers: { "access-control-request-method": method } });
    const answer = await ask("/app", "POST");
    expect(answer.status).toBe(204);
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    expect(answer.headers.get("access-control-allow-methods")).toBe("POST");
    for (const [path, method] of [
      ["/app", "PUT"],
      ["/app", "DELETE"],
      ["/app/form.txt", "POST"],
    ] as const)
      expect((await ask(path, method)).headers.has("access-control-allow-origin"), `${method} ${path}`).toBe(
        false,
      );
  });
});

test("a form that asks for it is answered with where the object is", async () => {
  const Key = "größe/a & b.txt";
  const { url, fields } = await sign({
    Key,
    Fields: { success_action_status: "201", "x-amz-meta-of": "me" },
  });
  const answer = await post(`${url}/`, formData(fields));
  expect(answer.status).toBe(201);
  const location = `${server.url}/app/gr%C3%B6%C3%9Fe/a%20%26%20b.txt`;
  expect(answer.headers.get("location")).toBe(location);
  expect(await answer.text()).toContain(
    `<PostResponse><Location>${location}</Location><Bucket>app</Bucket><Key>größe/a &#38; b.txt</Key>`,
  );
  expect(await read(Key)).toBe("a file");
});

interface Begun {
  /** Bytes of the file that are announced, with the end of the form. */
  length: number;
  sent: Buffer;
  /** Bytes that are permitted. */
  most?: number;
}

/** A form of which only so much is sent. */
async function begin(key: string, { length, sent, most = 2 ** 30 }: Begun): Promise<Socket> {
  const { fields } = await sign({ Key: key, Conditions: [["content-length-range", 0, most]] });
  const parts = Object.entries(fields).map(
    ([name, value]) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const fileHead = '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n';
  const body = Buffer.concat([Buffer.from(parts.join("") + fileHead), sent]);
  const socket = connect({ host: "127.0.0.1", port: server.port });
  onTestFinished(() => void socket.destroy());
  const total = body.length - sent.length + length;
  const type = "multipart/form-data; boundary=b";
  socket.on("error", () => {});
  socket.write(`POST /app HTTP/1.1\r\nhost: x\r\ncontent-type: ${type}\r\ncontent-length: ${total}\r\n\r\n`);
  socket.write(body);
  return socket;
}

describe("a form that breaks off", () => {
  const half = Buffer.alloc(4 * mebibyte, "n");
  const end = Buffer.from("\r\n--b--\r\n");

  async function unsettled(before: string[]): Promise<void> {
    const arrives = (): boolean =>
      server.files().some((path) => !before.includes(path) && statSync(path).size >= half.length - mebibyte);
    await until(arrives, { what: "half of the file to arrive", timeoutMs: 10_000 });
  }

  async function settled(before: string[]): Promise<void> {
    const isAsBefore = (): boolean => server.files().join() === before.join();
    await until(isAsBefore, { what: "the folder to be as before", timeoutMs: 5_000 });
  }

  test("leaves the object that was there, and no file", async () => {
    await client.send(new sdk.PutObjectCommand({ Bucket, Key: "broken.bin", Body: "as it was" }));
    const before = server.files();
    const socket = await begin("broken.bin", { length: 2 * half.length, sent: half });
    await unsettled(before);
    expect(await read("broken.bin")).toBe("as it was");
    socket.destroy();
    await settled(before);
    expect(await read("broken.bin")).toBe("as it was");
  });

  test.each([
    ["in its file", half],
    ["after its file", Buffer.concat([half, Buffer.from("\r\n--b")])],
    ["before a field that follows", Buffer.concat([half, Buffer.from("\r\n--b\r\n")])],
  ])("is refused if it says so %s", async (_where, sent) => {
    const before = server.files();
    const socket = await begin("broken.bin", { length: sent.length, sent });
    const [answer] = await once(socket, "data");
    expect(String(answer)).toMatch(/^HTTP\/1.1 400 [^]*MalformedPOSTRequest/);
    await settled(before);
  });

  test("is whole with its end", async () => {
    const sent = Buffer.concat([half, end]);
    const socket = await begin("whole.bin", { length: sent.length, sent });
    const [answer] = await once(socket, "data");
    expect(String(answer)).toMatch(/^HTTP\/1.1 204 /);
    expect((await read("whole.bin")).length).toBe(half.length);
  });
});

test("who sends all before reading gets to read the refusal, and to ask again", async () => {
  const sent = Buffer.alloc(32 * mebibyte);
  const socket = await begin("large", { length: sent.length, sent, most: mebibyte });
  let answers = "";
  socket.on("data", (text) => (answers += String(text)));
  socket.write("GET /app/large HTTP/1.1\r\nhost: x\r\n\r\n");
  await until(() => answers.includes(" 403 "), { what: "the second answer", timeoutMs: 4_000 });
  expect(answers).toMatch(/^HTTP\/1.1 400 [^]*EntityTooLarge[^]*HTTP\/1.1 403 /);
});

describe("a large file takes little memory", () => {
  /** Mebibytes that the server had at most. */
  const peak = (): number =>
    Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${server.pid}/status`, "utf8"))![1]) / 1024;
  const large = Buffer.alloc(128 * mebibyte, "n");

  test.each<[string, number, number]>([
    ["when it is permitted", large.length, 204],
    ["when it is far too large, and then leaves nothing", mebibyte, 400],
  ])("%s", async (_when, most, status) => {
    const { url, fields } = await sign({ Key: "large", Conditions: [["content-length-range", 0, most]] });
    await post(url, formData(fields));
    const [before, memoryBefore] = [server.files(), peak()];
    expect((await post(url, formData(fields, large))).status).toBe(status);
    expect(peak() - memoryBefore).toBeLessThan(64);
    expect(server.files()).toEqual(before);
  });
});
