import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createDiskStorage, createStorage, type StorageSettings } from "./index.ts";

beforeEach(() => {
  for (const name of ["S3_BUCKET", "AWS_REGION", "AWS_ENDPOINT_URL_S3", "CDN_URL"]) vi.stubEnv(name, "");
});
afterEach(() => void vi.unstubAllEnvs());

const place = { bucket: "files", region: "eu-central-1" };

test.each<[string, StorageSettings]>([
  ["bucket", { region: "eu-central-1" }],
  ["bucket", { ...place, bucket: "a/b" }],
  ["region", { bucket: "files" }],
  ["endpoint", { ...place, endpoint: "localhost:9000" }],
  ["client", { ...place, client: {} as never }],
  ["prefix", { ...place, prefix: "shop" }],
  ["prefix", { ...place, prefix: "../" }],
  ["prefix", { ...place, prefix: "/" }],
  ["publicUrl", { ...place, publicUrl: "files" }],
  ["publicUrl", { ...place, publicUrl: "javascript:alert(1)" }],
  ["publicUrl", { ...place, publicUrl: "//evil.example" }],
  ["publicUrl", { ...place, publicUrl: "https://cdn.example/?a=" }],
  ["maxBytes", { ...place, maxBytes: 0 }],
  ["maxBytes", { ...place, maxBytes: 2 ** 50 }],
  ["types", { ...place, types: [] }],
  ["types", { ...place, types: ["png"] }],
  ["cache", { ...place, cache: {} as never }],
  ["timeout", { ...place, timeout: 0 }],
  ["buckets", { ...place, buckets: "a" } as never],
])("a wrong %s is said", (setting, settings) => {
  expect(() => createStorage(settings)).toThrow(
    expect.objectContaining({ code: "SPILLWAY_STORAGE_SETTING", data: expect.objectContaining({ setting }) }),
  );
});

test("a wrong directory is said", () => {
  expect(() => createDiskStorage({ directory: "" })).toThrow("directory of storage is empty");
  expect(() => createDiskStorage({ directory: "a", bucket: "b" } as never)).toThrow(
    "bucket of storage is unknown",
  );
});

test("limits of a call are checked as settings are", async () => {
  const storage = createStorage(place);
  const wrong = [
    { maxBytes: -1 },
    { types: ["png"] },
    { types: [] },
    { expiresIn: 0 },
    { expiresIn: 700_000 },
  ];
  for (const one of wrong)
    await expect(storage.presign({ folder: "a", ...one })).rejects.toMatchObject({
      code: "SPILLWAY_STORAGE_SETTING",
    });
});

test.each<[string, string, StorageSettings]>([
  ["", "/a%20b/c.png", {}],
  ["", "/shop/a%20b/c.png", { prefix: "shop/" }],
  ["https://cdn.example/", "https://cdn.example/shop/a%20b/c.png", { prefix: "shop/" }],
  ["https://cdn.example", "https://cdn.example/a%20b/c.png", {}],
  ["https://cdn.example", "/files/a%20b/c.png", { publicUrl: "/files/", prefix: "shop/" }],
  ["", "https://img.example/x/a%20b/c.png", { publicUrl: "https://img.example/x" }],
  ["https://cdn.example", "/a%20b/c.png", { publicUrl: "/" }],
])("with CDN_URL %j the address is %s", (cdn, url, settings) => {
  vi.stubEnv("CDN_URL", cdn);
  expect(createStorage({ ...place, ...settings }).url("a b/c.png")).toBe(url);
});
