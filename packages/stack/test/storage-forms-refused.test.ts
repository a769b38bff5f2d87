// Forms that the storage tier does not take: whatever is not permitted by the app leaves nothing.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { S3Client } from "./helpers/aws.ts";
import { formData, post, signForm, signPolicy } from "./helpers/storage-form.ts";
import { TestStorage, storageSecrets } from "./helpers/storage.ts";

let server: TestStorage;
let client: S3Client;

beforeAll(async () => {
  server = await TestStorage.start();
  client = server.client();
});
afterAll(async () => {
  client?.destroy();
  await server?.stop();
});

interface Refused {
  options?: object;
  signer?: { accessKeyId: string; secretAccessKey: string };
  /** `undefined` takes one out. */
  fields?: Record<string, string | undefined>;
  file?: string;
}

describe("a form is refused, and leaves nothing, with", () => {
  const starting = { Key: "pictures/${filename}" };
  const policy = (conditions: unknown[]): string =>
    Buffer.from(JSON.stringify({ expiration: "2099-01-01T00:00:00Z", conditions })).toString("base64");
  const known = { ...storageSecrets, secretAccessKey: "a-guess" };
  const unknown = { accessKeyId: "SOMEBODY", secretAccessKey: storageSecrets.secretAccessKey };
  test.each<[string, Refused, string]>([
    ["a wrong signature", { fields: { "X-Amz-Signature": "0".repeat(64) } }, "403 SignatureDoesNotMatch"],
    ["another's secret", { signer: known }, "403 SignatureDoesNotMatch"],
    ["an unknown key", { signer: unknown }, "403 InvalidAccessKeyId"],
    ["a changed policy", { fields: { Policy: policy([{ bucket: "app" }]) } }, "403 SignatureDoesNotMatch"],
    ["no policy", { fields: { Policy: undefined } }, "403 AccessDenied"],
    ["no signature", { fields: { "X-Amz-Signature": undefined } }, "400 InvalidArgument"],
    ["a time that is over", { options: { Expires: -1 } }, "403 AccessDenied"],
    ["another key", { fields: { key: "other.txt" } }, "403 AccessDenied"],
    ["no key", { fields: { key: undefined } }, "403 AccessDenied"],
    ["a key to be filled in", { options: starting }, "501 NotImplemented"],
    [
      "a key that climbs out",
      { options: starting, fields: { key: "pictures/../../backups/a" } },
      "400 InvalidArgument",
    ],
    ["a key of no file", { options: starting, fields: { key: "pictures/a\0b" } }, "400 InvalidArgument"],
    [
      "a key that is too long",
      { options: starting, fields: { key: `pictures/${"long/".repeat(204)}` } },
      "400 KeyTooLongError",
    ],
    ["a field that is not permitted", { fields: { "x-amz-meta-extra": "1" } }, "403 AccessDenied"],
    [
      "another type",
      { options: { Fields: { "Content-Type": "image/png" } }, fields: { "Content-Type": "text/html" } },
      "403 AccessDenied",
    ],
    ["another bucket's form", { options: { Bucket: "backups" } }, "400 InvalidArgument"],
    [
      "another bucket's policy",
      { options: { Bucket: "backups" }, fields: { bucket: undefined } },
      "403 AccessDenied",
    ],
    ["a redirection", { options: { Fields: { redirect: "http://example.org" } } }, "501 NotImplemented"],
    [
      "a header that none can be",
      { options: { Fields: { "x-amz-meta-a": "a\r\nb: c" } } },
      "400 InvalidArgument",
    ],
    [
      "fields without measure",
      { options: { Fields: { "x-amz-meta-a": "a".repeat(21_000) } } },
      "400 MaxPostPreDataLengthExceededError",
    ],
    ["a file too large", { file: "a".repeat(1001) }, "400 EntityTooLarge"],
    ["a file too small", { file: "abc" }, "400 EntityTooSmall"],
  ])("%s", async (_what, { options, signer, fields, file }, expected) => {
    const signed = await signForm(signer === undefined ? client : server.client(signer), options);
    const changed = Object.entries({ ...signed.fields, ...fields }).filter(
      ([, value]) => value !== undefined,
    );
    const before = server.files();
    const answer = await post(
      `${server.url}/app`,
      formData(Object.fromEntries(changed) as Record<string, string>, file),
    );
    const code = /<Code>(\w+)<\/Code>/.exec(await answer.text())?.[1];
    expect(`${answer.status} ${code}`).toBe(expected);
    expect(server.files()).toEqual(before);
  });

  test("an address of another bucket", async () => {
    const { fields } = await signForm(client);
    const { bucket, ...others } = fields;
    expect(bucket).toBe("app");
    expect((await post(`${server.url}/backups`, formData(fields))).status).toBe(400);
    expect((await post(`${server.url}/backups`, formData(others))).status).toBe(403);
    const absent = await signForm(client, { Bucket: "absent" });
    const answer = await post(absent.url, formData(absent.fields));
    expect([answer.status, await answer.text()]).toEqual([404, expect.stringContaining("NoSuchBucket")]);
  });

  test("a policy for no bucket in particular", async () => {
    const key = { key: "anywhere.txt" };
    const address = `${server.url}/app`;
    expect((await post(address, formData(signPolicy([], key)))).status).toBe(403);
    expect((await post(address, formData(signPolicy([{ bucket: "app" }], key)))).status).toBe(204);
  });

  test("no file, two, one before its fields, or one under another name", async () => {
    const { url, fields } = await signForm(client);
    const none = formData(fields);
    none.delete("file");
    const asText = formData(fields);
    asText.set("file", "only text");
    const two = formData(fields);
    two.append("file", new Blob(["another"]), "b.png");
    const first = new FormData();
    first.append("file", new Blob(["a file"]), "a.png");
    for (const [name, value] of Object.entries(fields)) first.append(name, value);
    const named = formData(fields);
    named.delete("file");
    named.append("photo", new Blob(["a file"]), "a.png");
    const twice = formData({ ...fields, KEY: "form.txt" });
    const before = server.files();
    const statuses: number[] = [];
    for (const data of [none, asText, two, first, named, twice])
      statuses.push((await post(url, data)).status);
    expect(statuses).toEqual([400, 400, 400, 403, 400, 400]);
    expect(server.files()).toEqual(before);
  });

  test.each([
    ["no boundary", "multipart/form-data", "", 400],
    ["no parts", "multipart/form-data; boundary=b", "nothing", 400],
    ["a head that is none", "multipart/form-data; boundary=b", "--b\r\n(: x\r\n\r\n", 400],
    ["another type", "application/x-www-form-urlencoded", "key=a&file=b", 403],
  ])("%s", async (_what, type, body, status) => {
    const answer = await fetch(`${server.url}/app`, {
      method: "POST",
      headers: { "content-type": type },
      body,
    });
    expect(answer.status).toBe(status);
  });
});

test("a form needs no Authorization, and none replaces its signature", async () => {
  const { url, fields } = await signForm(client, { Key: "authorized.txt" });
  const { Policy, ...rest } = fields;
  const headers = { authorization: "AWS4-HMAC-SHA256 Credential=SPWTEST" };
  expect((await post(url, formData(rest), headers)).status).toBe(403);
  expect((await post(`${url}?acl`, formData(rest), headers)).status).toBe(403);
  expect((await post(url, formData({ ...rest, Policy: Policy! }))).status).toBe(204);
});
