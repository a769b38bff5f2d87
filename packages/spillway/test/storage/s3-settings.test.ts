// What is said of settings with which S3 cannot be used.

import { S3Client } from "@aws-sdk/client-s3";
import { inspect } from "node:util";
import { expect, test, vi } from "vitest";
import { freePort } from "../../../../testing/free-port.ts";
import { createStorage } from "../../src/storage/index.ts";
import { png } from "./bodies.ts";
import { all, codes, s3Stage } from "./s3-stage.ts";

const on = s3Stage();
const folder = "pictures";

test("a secret that is not that of the key is said, and not shown", async () => {
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "another-secret-of-the-test");
  expect(await codes(on.open())).toEqual(all("SPILLWAY_STORAGE_CREDENTIALS"));
  const error: unknown = await on
    .open()
    .put(png, { folder })
    .catch((thrown: unknown) => thrown);
  expect(String(error)).toContain("the secret is not that of the access key");
  expect(inspect(error, { depth: 9 })).not.toMatch(/another-secret|key-of-the-test|Signature=/);
});

test("a key that S3 does not know is said", async () => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "nobody");
  expect(await codes(on.open())).toEqual(all("SPILLWAY_STORAGE_CREDENTIALS"));
});

test("credentials that are nowhere are said", async () => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "");
  vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
  expect(await codes(on.open())).toEqual(all("SPILLWAY_STORAGE_CREDENTIALS"));
});

test("a bucket that is not there is said", async () => {
  expect(await codes(on.open({ bucket: "nowhere" }))).toEqual(all("SPILLWAY_STORAGE_BUCKET"));
});

test("what is not permitted is said", async () => {
  // Unsigned requests are what this server permits to nobody.
  const unsigned = { sign: async <T>(request: T): Promise<T> => request };
  const client = new S3Client({
    endpoint: on.s3.url,
    region: "us-east-1",
    forcePathStyle: true,
    signer: unsigned,
  });
  expect(await codes(on.open({ client }))).toEqual(all("SPILLWAY_STORAGE_DENIED"));
  client.destroy();
});

test("a server that is not there is said", async () => {
  const endpoint = `http://127.0.0.1:${await freePort()}`;
  expect(await codes(on.open({ endpoint }))).toEqual(all("SPILLWAY_STORAGE_UNREACHABLE"));
  expect(await codes(on.open({ endpoint: "http://nowhere.invalid" }))).toEqual(
    all("SPILLWAY_STORAGE_UNREACHABLE"),
  );
});

test("a client of the app is used, and left open", async () => {
  const client = new S3Client({ endpoint: on.s3.url, region: "us-east-1", forcePathStyle: true });
  const storage = createStorage({ client });
  const { key } = await storage.put(png, { folder });
  await storage.close();
  expect(await createStorage({ client }).head(key)).toMatchObject({ bytes: png.length });
  client.destroy();
});
